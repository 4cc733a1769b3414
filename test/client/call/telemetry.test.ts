import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { job, withSpan } from 'servicex'
import { ClientError } from 'servicex/client'
import { type Recording, recordSignals } from 'servicex/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serveBy, type Served } from '../../fixtures/client/mounts.ts'
import { ID, IDS, serveBilling } from '../../fixtures/client/serve-billing.ts'
import { billingClient } from '../../fixtures/client/clients/billing.js'

let served: Served
let recording: Recording

beforeEach(async () => {
  served = await serveBy('node', serveBilling().routes)
  recording = recordSignals()
})
afterEach(async () => {
  recording.stop()
  await served.close()
})

describe('a call in the signals', () => {
  test('is one span of its own name with one span an attempt below it, in one trace to the provider', async () => {
    const billing = billingClient({ baseUrl: served.url, deadline: '20s' })
    await job('invoice', () => billing.getInvoice({ id: ID }))
    await expect.poll(() => recording.requests.length).toBe(1)
    const [made] = recording.jobs
    const [call] = recording.clients
    const [attempt] = recording.calls
    expect(recording.clients).toHaveLength(1)
    expect(recording.calls).toHaveLength(1)
    expect(call).toMatchObject({
      name: 'billing.getInvoice',
      target: 'billing',
      operation: 'getInvoice',
      outcome: 'ok',
      attempts: 1,
      statusCode: 200,
      parentSpanId: made?.spanId,
      kind: 2,
    })
    expect(attempt).toMatchObject({ method: 'GET', statusCode: 200, parentSpanId: call?.spanId })
    expect(recording.requests[0]).toMatchObject({ parentSpanId: attempt?.spanId })
    const traces = [made, call, attempt, recording.requests[0]].map((facts) => facts?.traceId)
    expect(new Set(traces).size).toBe(1)
  })

  test('a declared error is its outcome, and no failure', async () => {
    const billing = billingClient({ baseUrl: served.url, deadline: '20s' })
    const result = await billing.getInvoice({ id: IDS.missing })
    expect(recording.clients[0]).toMatchObject({ outcome: 'not_found', failure: undefined })
    expect(!result.ok && result.error.traceId).toBe(recording.clients[0]?.traceId)
  })

  test('a failure is told of once, whatever the number of attempts', async () => {
    const billing = billingClient({ baseUrl: 'http://127.0.0.1:1' })
    const result = await billing.getInvoice({ id: ID })
    expect(recording.clients).toHaveLength(1)
    const [call] = recording.clients
    expect(call).toMatchObject({ outcome: 'unavailable', status: { code: 2 } })
    expect(!result.ok && result.error.attempts).toBe(call?.attempts)
    expect(recording.calls).toHaveLength(call?.attempts ?? 0)
    const resends = recording.calls.map((each) => each.attributes?.['http.request.resend_count'])
    expect(resends[0]).toBeUndefined()
    if (resends.length > 1) expect(resends[1]).toBe(1)
    expect(!result.ok && result.error).toMatchObject({ sent: false, retryable: true })
  })

  test('calls made for a request are below it and carry its id, not its cookie', async () => {
    const seen: Record<string, unknown>[] = []
    const front: Server = createServer((request, response) => {
      const billing = billingClient({ baseUrl: served.url, deadline: '20s' })
      void withSpan('work', () => billing.getInvoice({ id: ID })).then(() => response.end())
      seen.push(request.headers)
    })
    await once(front.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`
    await fetch(url, {
      headers: { 'x-request-id': 'r-1', cookie: 'a=b', authorization: 'Bearer x' },
    })
    front.close()
    const inner = recording.requests.find((request) => request.route === '/invoices/{id}')
    expect(inner?.requestId).toBe('r-1')
  })
})

describe('a failure two services away', () => {
  test('names every hop, with the time and the attempts of the last', async () => {
    const hops = [
      {
        service: 'ledger',
        operation: 'read',
        code: 'deadline_exceeded',
        durationMs: 480,
        attempts: 2,
      },
    ]
    const middle = createServer((_request, response) => {
      response.writeHead(504, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify({ status: 504, code: 'deadline_exceeded', traceId: 'abc', hops }))
    })
    await once(middle.listen(0, '127.0.0.1'), 'listening')
    const baseUrl = `http://127.0.0.1:${(middle.address() as AddressInfo).port}`
    const result = await billingClient({ baseUrl, policies: [] }).getInvoice({ id: ID })
    middle.close()
    expect(result.ok).toBe(false)
    if (result.ok) return
    expect(result.error.message).toBe(
      'billing.getInvoice ← ledger.read: deadline_exceeded after 480 ms, 2 attempts',
    )
    expect(result.error).toMatchObject({ code: 'deadline_exceeded', traceId: 'abc', hops })
    expect(ClientError.is(result.error)).toBe(true)
  })

  test('is told on by a provider that fails with it', async () => {
    const { contract, implement, op } = await import('servicex/contract')
    const { z } = await import('zod')
    const { client } = await import('servicex/contract')
    const shop = contract('shop', { buy: op.post('/buy', { ok: z.object({ id: z.string() }) }) })
    const routes = implement(shop, {
      async buy() {
        const billing = billingClient({ baseUrl: 'http://127.0.0.1:1', policies: [] })
        return billing.getInvoice({ id: ID }).orThrow()
      },
    })
    const front = await serveBy('node', routes)
    const result = await client(shop, { baseUrl: front.url, policies: [] }).buy()
    await front.close()
    expect(!result.ok && result.error.message).toMatch(
      /^shop\.buy ← billing\.getInvoice: unavailable/,
    )
    expect(!result.ok && result.error.traceId).toBe(recording.clients[0]?.traceId)
  })

  test('a deadline shrinks with every hop, and ends the calls below it', async () => {
    const { client, contract, implement, op } = await import('servicex/contract')
    const { z } = await import('zod')
    const shop = contract('shop', { buy: op.get('/buy', { ok: z.object({ id: z.string() }) }) })
    const failed: string[] = []
    const routes = implement(shop, {
      async buy() {
        const billing = billingClient({ baseUrl: served.url, policies: [] })
        const result = await billing.getInvoice({ id: IDS.hangs }, { deadline: '30s' })
        if (!result.ok) failed.push(`${result.error.code} ${result.error.durationMs < 400}`)
        return { id: 'x' }
      },
    })
    const front = await serveBy('node', routes)
    const result = await client(shop, { baseUrl: front.url, policies: [] }).buy(
      {},
      { deadline: 300 },
    )
    // On a busy machine the caller leaves before the provider's own time is up: 10 ms lie between.
    await expect
      .poll(() => failed[0], { timeout: 10_000 })
      .toMatch(/^(?:deadline_exceeded|cancelled) true$/)
    await front.close()
    expect(result.ok || result.error.code === 'deadline_exceeded').toBe(true)
  })
})
