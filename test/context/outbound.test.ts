import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { processSource, readConfig } from '../../src/config/read-config.ts'
import { addSink } from '../../src/context/observer.ts'
import { openMetrics, readMetrics } from '../../src/metrics/open-metrics.ts'
import { findSamples, parseExposition } from '../../src/testing/index.ts'
import { toErrorType } from '../../src/context/error-type.ts'
import { job } from '../../src/context/job.ts'
import { Agent, request } from 'undici'
import { CLIENTS, HTTPS_CLIENTS, type Call } from './clients.ts'
import { record } from './recorded.ts'
import { listen, serve, serveTls } from './servers.ts'

const CARRIED = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }

/** Gives every value of a header as it came over the wire. */
function sentValues(request: IncomingMessage, name: string): string[] {
  const { rawHeaders } = request
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name)
}

describe.for(Object.entries(CLIENTS))('a call by %s', ([, call]) => {
  test('is one record, and carries it to the next service once', async () => {
    const { calls, jobs, requests } = record()
    let seen: IncomingMessage | undefined
    const origin = await serve((request, response) => {
      seen = request
      response.end('hello')
    })
    const from = { baggage: 'tenant=acme', 'x-request-id': 'order-4711' }
    expect(await job('calls', () => call(`${origin}/users/7`), { from })).toBe('hello')
    expect(calls).toHaveLength(1)
    expect(calls[0]).toMatchObject({
      method: 'GET',
      statusCode: 200,
      failure: undefined,
      parentSpanId: jobs[0]?.spanId,
      traceId: jobs[0]?.traceId,
      url: { scheme: 'http', host: '127.0.0.1', port: portOf(origin), pathAndQuery: '/users/7' },
    })
    const request = seen as IncomingMessage
    expect(sentValues(request, 'traceparent')).toEqual([
      `00-${calls[0]?.traceId}-${calls[0]?.spanId}-01`,
    ])
    expect(sentValues(request, 'baggage')).toEqual(['tenant=acme'])
    expect(sentValues(request, 'x-request-id')).toEqual(['order-4711'])
    await vi.waitFor(() => expect(requests[0]?.parentSpanId).toBe(calls[0]?.spanId))
  })

  test('shows no header of ours to a host that is not the company’s own', async () => {
    const { calls } = record()
    let seen: IncomingMessage | undefined
    const origin = await serve((request, response) => {
      seen = request
      response.end()
    })
    // An address of this machine that is in none of the private ranges.
    const foreign = origin.replace('127.0.0.1', '0.0.0.0')
    await job('calls', () => call(foreign), { from: { baggage: 'tenant=acme' } })
    expect(calls).toHaveLength(1)
    for (const name of ['traceparent', 'tracestate', 'baggage', 'x-request-id'])
      expect(sentValues(seen as IncomingMessage, name)).toEqual([])
  })

  test('leaves headers alone that the caller has set', async () => {
    const { calls } = record()
    let seen: IncomingMessage | undefined
    const origin = await serve((request, response) => {
      seen = request
      response.end()
    })
    await job('calls', () => call(origin, { headers: CARRIED }))
    expect(sentValues(seen as IncomingMessage, 'traceparent')).toEqual([CARRIED.traceparent])
    expect(sentValues(seen as IncomingMessage, 'x-request-id')).toHaveLength(1)
    expect(calls).toHaveLength(1)
  })

  test('lasts until the body is read', async () => {
    const { calls } = record()
    const origin = await serve((_request, response) => {
      response.write('first')
      setTimeout(() => response.end('last'), 60)
    })
    expect(await call(origin)).toBe('firstlast')
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    expect(calls[0]?.durationMs).toBeGreaterThan(55)
  })

  test('that is refused fails with the reason', async () => {
    const { calls } = record()
    const closed = createServer()
    const port = await listen(closed)
    await new Promise((resolve) => closed.close(resolve))
    await expect(call(`http://127.0.0.1:${port}/`)).rejects.toThrow()
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    expect(calls[0]).toMatchObject({ failure: { code: 'ECONNREFUSED' }, statusCode: undefined })
  })

  test('whose reply breaks off fails, with the status it had', async () => {
    const { calls } = record()
    const origin = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('a part', () => response.socket?.resetAndDestroy())
    })
    await expect(call(origin)).rejects.toThrow()
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    const { failure, statusCode } = calls[0] ?? {}
    expect(toErrorType(failure)).toMatch(/^(ECONNRESET|UND_ERR_SOCKET)$/)
    expect(statusCode).toBe(200)
  })

  test.for(['before the reply', 'within the body'])('fails when it is aborted %s', async (when) => {
    const { calls } = record()
    const abort = new AbortController()
    const origin = await serve((_request, response) => {
      if (when === 'before the reply') abort.abort()
      else response.write('a part')
    })
    onReplyHeaders(() => abort.abort())
    await expect(call(origin, { signal: abort.signal })).rejects.toThrow()
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    expect(calls[0]).toMatchObject({
      failure: { name: 'AbortError' },
      statusCode: when === 'within the body' ? 200 : undefined,
    })
  })

  test('that is answered by an error is one of the caller’s', async () => {
    const { calls } = record()
    const origin = await serve((_request, response) => void response.writeHead(503).end())
    await call(origin)
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    expect(calls[0]).toMatchObject({ statusCode: 503, failure: undefined, status: { code: 2 } })
  })
})

test.for(HTTPS_CLIENTS)('a call by %s over TLS is one record and carries it', async (name) => {
  const { calls, requests } = record()
  const origin = await serveTls((_request, response) => void response.end('hello'))
  await job('calls', () => (CLIENTS[name] as Call)(`${origin}/a`))
  await vi.waitFor(() => expect(requests).toHaveLength(1))
  expect(calls).toHaveLength(1)
  expect(calls[0]?.url).toMatchObject({ scheme: 'https', port: portOf(origin) })
  expect(requests[0]).toMatchObject({ scheme: 'https', parentSpanId: calls[0]?.spanId })
})

test('calls of clients that share pooled connections belong to who made them', async () => {
  const { calls, jobs } = record()
  const origin = await serve((_request, response) => {
    setTimeout(() => response.end('x'), 1)
  })
  const agent = new Agent({ connections: 2 })
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      job(`job ${index}`, async () => {
        const reply = await request(`${origin}/${index}`, { dispatcher: agent })
        await reply.body.text()
      }),
    ),
  )
  await agent.close()
  expect(calls).toHaveLength(40)
  for (const { traceId, url } of calls) {
    const caller = jobs.find((one) => one.traceId === traceId)
    expect(caller?.job).toBe(`job ${url.pathAndQuery.slice(1)}`)
  }
})

test('a call that becomes a WebSocket ends with the handshake', async () => {
  const { calls } = record()
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = new WebSocket(`ws://127.0.0.1:${port}/live`)
  await once(client, 'open')
  await vi.waitFor(() => expect(calls).toHaveLength(1))
  expect(calls[0]).toMatchObject({ statusCode: 101, url: { pathAndQuery: '/live' } })
  client.terminate()
  server.close()
})

test('each call is one observation of the metric, under its host and status', async () => {
  const { config } = readConfig({}, { ...processSource(), env: {} })
  onTestFinished(addSink(openMetrics(config, () => undefined).sink))
  record()
  const origin = await serve((request, response) => {
    response.writeHead(request.url === '/fails' ? 500 : 200).end()
  })
  for (const call of Object.values(CLIENTS)) {
    await call(origin)
    await call(`${origin}/fails`)
  }
  await vi.waitFor(async () => {
    const page = parseExposition(await readMetrics(undefined))
    const counts = findSamples(page, 'http_client_request_duration_seconds_count')
    expect(counts.map(({ labels, value }) => ({ ...labels, value }))).toEqual([
      { ...GET, http_response_status_code: '200', value: 5 },
      { ...GET, http_response_status_code: '500', error_type: '500', value: 5 },
    ])
  })
})

/** Calls `listener` after the next reply's headers have come, to any client of this process. */
function onReplyHeaders(listener: () => void): void {
  for (const name of ['undici:request:headers', 'http.client.response.finish']) {
    const heard = (): void => void setImmediate(listener)
    subscribe(name, heard)
    onTestFinished(() => void unsubscribe(name, heard))
  }
}

const GET = { http_request_method: 'GET', server_address: '127.0.0.1' }

function portOf(origin: string): number {
  return Number(new URL(origin).port)
}
