import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { job } from '../../src/context/job.ts'
import { observe } from '../../src/context/observe.ts'
import { isObserving } from '../../src/context/observer.ts'
import { withSpan } from '../../src/context/with-span.ts'
import type { RequestFacts } from '../../src/context/facts.ts'
import { recordSignals } from '../../src/testing/index.ts'

test('without init() it sees what the process does until it is stopped, and then leaves no trace', async () => {
  const recording = recordSignals()
  const url = await serve()
  await job('nightly', async () => {
    await withSpan('step', () => fetch(url).then((reply) => reply.text()))
    throw new RangeError('too far')
  }).catch(() => undefined)
  await vi.waitFor(() => expect(recording.requests).toHaveLength(1))
  expect(recording.requests[0]).toMatchObject({ method: 'GET', path: '/a', statusCode: 200 })
  expect(recording.calls[0]).toMatchObject({ method: 'GET', statusCode: 200 })
  expect(recording.jobs[0]).toMatchObject({ job: 'nightly', outcome: 'failed' })
  expect(recording.spans[0]).toMatchObject({ name: 'step' })
  expect(recording.failures[0]).toMatchObject({ error: { message: 'too far' } })
  expect(recording.queries).toEqual([])

  recording.stop()
  expect(isObserving()).toBe(false)
  await (await fetch(url)).text()
  withSpan('later', () => undefined)
  expect(
    [recording.requests, recording.calls, recording.spans].map(({ length }) => length),
  ).toEqual([1, 1, 1])
})

test('beside init() it sees the same records as the signals, and stopping it leaves them be', async () => {
  const signalled: RequestFacts[] = []
  onTestFinished(observeFor(signalled))
  const recording = recordSignals()
  const url = await serve()
  await (await fetch(url)).text()
  await vi.waitFor(() => expect(recording.requests).toHaveLength(1))
  expect(recording.requests).toEqual(signalled)

  recording.stop()
  await (await fetch(url)).text()
  await vi.waitFor(() => expect(signalled).toHaveLength(2))
  expect(recording.requests).toHaveLength(1)
})

test('init() may come after it: each record is seen once', async () => {
  const recording = recordSignals()
  const signalled: RequestFacts[] = []
  onTestFinished(observeFor(signalled))
  const url = await serve()
  await (await fetch(url)).text()
  await vi.waitFor(() => expect(recording.requests).toHaveLength(1))
  expect(recording.calls).toHaveLength(1)
  await vi.waitFor(() => expect(signalled).toEqual(recording.requests))
  recording.stop()
  expect(isObserving()).toBe(true)
})

/** Observes the way init() does. */
function observeFor(requests: RequestFacts[]): () => void {
  return observe({
    sinks: [{ onRequest: (facts) => requests.push(facts) }],
    sampler: () => true,
    isInternalHost: () => true,
    onBrokenSink: (error) => process.emitWarning(String(error)),
    onServer: () => undefined,
    onUpgrade: () => undefined,
  })
}

async function serve(): Promise<string> {
  const server = createServer((_request, response) => response.end('a'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`
}
