import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openForward } from '../../../tooling/apply/dev/forward.ts'
import { openTestDashboard, type TestDashboard, toTraceRequest } from './dashboard-fixture.ts'
import { waitUntil } from './kube-dev.ts'

const TRACES = toTraceRequest([{ spanId: 'a'.repeat(16) }])
const closes: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closes.splice(0)) await close()
})

interface Received {
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
}

async function openCollector(
  status = 200,
): Promise<{ readonly url: string; readonly received: readonly Received[] }> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    received.push({ url: request.url, headers: request.headers })
    request.resume().on('end', () => response.writeHead(status).end())
  })
  return { url: await listen(server), received }
}

async function listen(server: Server): Promise<string> {
  closes.push(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function openForwarding(forward: ReturnType<typeof openForward>): Promise<TestDashboard> {
  const dashboard = await openTestDashboard({ forward })
  closes.push(() => dashboard.close())
  return dashboard
}

test('what comes is passed on as it came, below the path of the collector, with its headers', async () => {
  const collector = await openCollector()
  const forward = openForward(`${collector.url}/otlp/`, { authorization: 'Bearer key' })
  const dashboard = await openForwarding(forward)
  expect(await dashboard.send('/v1/traces', TRACES)).toBe(200)
  const [received] = await waitUntil('the delivery', () =>
    forward.state().sent > 0 ? collector.received : undefined,
  )
  expect(received).toMatchObject({
    url: '/otlp/v1/traces',
    headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
  })
  expect(forward.state()).toEqual({ url: `${collector.url}/otlp`, sent: 1, failed: 0 })
})

test('what cannot be read, and what is of Sentry, is not passed on', async () => {
  const collector = await openCollector()
  const forward = openForward(collector.url, {})
  const dashboard = await openForwarding(forward)
  expect(await dashboard.send('/v1/traces', [])).toBe(400)
  expect(await dashboard.send('/api/1/store/', { message: 'x' })).toBe(200)
  expect(await dashboard.send('/v1/traces', TRACES)).toBe(200)
  await waitUntil('the delivery', () => (forward.state().sent > 0 ? true : undefined))
  expect(collector.received).toHaveLength(1)
})

test.for([
  [
    'a collector that refuses',
    (): Promise<string> => openCollector(503).then(({ url }) => url),
    'answered 503',
  ],
  [
    'a collector that is not there',
    (): Promise<string> => Promise.resolve('http://127.0.0.1:1'),
    /ECONNREFUSED|bad port/,
  ],
] as const)('%s is counted, and takes nothing from the page', async ([, toUrl, reason]) => {
  const url: string = await toUrl()
  const forward = openForward(url, {})
  const dashboard = await openForwarding(forward)
  expect(await dashboard.send('/v1/traces', TRACES)).toBe(200)
  await waitUntil('the failure', () => (forward.state().failed === 1 ? true : undefined))
  expect(forward.state().lastError).toMatch(reason)
  expect(await dashboard.ask('/api/traces')).toMatchObject({ total: 1 })
})

test('two that pass on to each other do not do so for ever', async () => {
  const there = await openCollector()
  const first = openForward(there.url, {})
  const dashboard = await openForwarding(first)
  const second = openForward(dashboard.origin, {})
  const other = await openForwarding(second)
  await other.send('/v1/traces', TRACES)
  await waitUntil('its delivery', () => (second.state().sent > 0 ? true : undefined))
  await dashboard.send('/v1/traces', TRACES)
  await waitUntil('the delivery', () => (first.state().sent > 0 ? true : undefined))
  expect(there.received).toHaveLength(1)
  expect(first.state()).toMatchObject({ sent: 1, failed: 0 })
})
