import { connect } from 'node:net'
import { contract, implement, op } from 'servicex/contract'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { HOPS } from '../../../src/convention/problem.ts'
import { registry } from '../../../src/metrics/registry.ts'
import { type Recording } from '../../../src/testing/index.ts'
import { record } from '../../context/recorded.ts'
import { listen, type Mount, MOUNTS, serveBy } from '../../fixtures/client/mounts.ts'
import { ID, IDS, serveBilling } from '../../fixtures/client/serve-billing.ts'
import { captureLog } from '../../logging/log-capture.ts'

async function serveRecorded(mount: Mount): Promise<{ url: string; recording: Recording }> {
  const recording = record()
  const served = await serveBy(mount, serveBilling().routes)
  onTestFinished(() => served.close())
  return { url: served.url, recording }
}

async function lastRequest(
  { requests }: Recording,
  count: number,
): Promise<Recording['requests'][0]> {
  await expect.poll(() => requests.length, { timeout: 10_000 }).toBe(count)
  const request = requests.at(-1)
  if (request === undefined) throw new Error('no request was recorded')
  return request
}

test.for(MOUNTS)(
  'by %s, a request has the template as its route and the operation as its span',
  async (mount) => {
    const { url, recording } = await serveRecorded(mount)
    const traceparent = '00-5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174-01'
    const response = await fetch(`${url}/invoices/${IDS.missing}`, { headers: { traceparent } })
    const facts = await lastRequest(recording, 1)
    expect(facts).toMatchObject({
      route: '/invoices/{id}',
      name: 'billing.getInvoice',
      statusCode: 404,
    })
    const [traceId, requestId] = [facts.traceId, facts.requestId]
    expect(await response.json()).toMatchObject({ traceId, requestId })
    expect(traceId).toBe('5b8efff798038103d269b633813fc60c')
    expect(recording.failures).toEqual([])
  },
)

test.for(MOUNTS)(
  'by %s, what a handler throws is the failure of its request, once',
  async (mount) => {
    const { url, recording } = await serveRecorded(mount)
    await fetch(`${url}/invoices/${IDS.throws}`)
    const { failure, route } = await lastRequest(recording, 1)
    expect(failure).toMatchObject({ name: 'TypeError', message: 'the table is gone' })
    expect(route).toBe('/invoices/{id}')
    expect(recording.failures).toHaveLength(1)
  },
)

test('a request that is refused is no failure, and a method that is not allowed has its route', async () => {
  const { url, recording } = await serveRecorded('node')
  await fetch(`${url}/invoices/not-a-uuid`)
  expect(await lastRequest(recording, 1)).toMatchObject({ statusCode: 400, failure: undefined })
  await fetch(`${url}/invoices/${ID}`, { method: 'POST' })
  expect(await lastRequest(recording, 2)).toMatchObject({
    statusCode: 405,
    route: '/invoices/{id}',
  })
  await fetch(`${url}/nothing`)
  expect(await lastRequest(recording, 3)).toMatchObject({ statusCode: 404, route: undefined })
  expect(recording.failures).toEqual([])
})

test('a caller that leaves is no failure of the handler', async () => {
  const recording = record()
  const { routes, seen } = serveBilling()
  const served = await listen(routes.node)
  onTestFinished(() => served.close())
  const controller = new AbortController()
  const asked = fetch(`${served.url}/invoices/${IDS.hangs}`, { signal: controller.signal })
  await expect.poll(() => seen.inputs.length, { timeout: 10_000 }).toBe(1)
  controller.abort()
  await expect(asked).rejects.toThrow()
  expect(await lastRequest(recording, 1)).toMatchObject({ statusCode: 499, aborted: true })
  expect(recording.failures).toEqual([])
})

test('a body that breaks off is no failure of the handler that reads it', async () => {
  const recording = record()
  const { routes } = serveBilling()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const served = await listen((request, response) => {
    routes.node(request, response)
    begin()
  })
  onTestFinished(() => served.close())
  const [type, length] = ['content-type: application/pdf', 'content-length: 1000']
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1')
  socket.write(`PUT /invoices/${ID}/pdf HTTP/1.1\r\nhost: a\r\n${type}\r\n${length}\r\n\r\n%PDF`)
  await begun
  socket.resetAndDestroy()
  await lastRequest(recording, 1)
  expect(recording.failures).toEqual([])
})

const Thing = z.object({
  n: z.int(),
  at: z.codec(z.iso.datetime(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  }),
})
const things = contract('things', { getThing: op.get('/thing', { ok: Thing }) })

test('in production a reply that breaks the contract is sent, counted and told of, without what is not declared', async () => {
  const lines = captureLog()
  const handlers = {
    getThing: () => ({
      n: 'many' as unknown as number,
      at: new Date(0),
      secret: 's3cret',
      inner: { x: 1 },
    }),
  }
  const served = await listen(implement(things, handlers, { output: 'report' }).node)
  onTestFinished(() => served.close())
  for (const _ of [1, 2, 3]) {
    const response = await fetch(`${served.url}/thing`)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ n: 'many', at: '1970-01-01T00:00:00.000Z' })
  }
  expect(await registry.metrics()).toContain(
    'servicex_contract_violations_total{operation="things.getThing"} 3',
  )
  const told = lines.take().filter(({ severity }) => severity === 'warn')
  expect(told).toHaveLength(1)
  expect(told[0]).toMatchObject({ operation: 'things.getThing', issues: [{ path: 'ok.n' }] })
  expect(JSON.stringify(told)).not.toMatch(/many|s3cret/)
})

test('a reply that is none at all is a 500 also in production', async () => {
  const handlers = { getThing: () => undefined as never }
  const served = await listen(implement(things, handlers, { output: 'report' }).node)
  onTestFinished(() => served.close())
  const response = await fetch(`${served.url}/thing`)
  expect(response.status).toBe(500)
  const problem = (await response.json()) as object
  expect(problem).toMatchObject({ code: 'invalid_reply' })
  expect(problem).not.toHaveProperty('issues')
})

test.for([
  ['deadline_exceeded', 504, 'deadline_exceeded'],
  ['unavailable', 503, 'unavailable'],
  ['overloaded', 503, 'unavailable'],
  ['bad_response', 500, 'internal'],
  ['not_found', 500, 'internal'],
] as const)(
  'a call that failed with %s below is answered with %s, and named',
  async ([below, status, code]) => {
    const hops = [
      { service: 'ledger', operation: 'read', code: below, durationMs: 480, attempts: 2 },
    ]
    const getThing = (): never => {
      throw Object.assign(new Error('ledger.read failed'), { [HOPS]: hops })
    }
    const served = await listen(implement(things, { getThing }).node)
    onTestFinished(() => served.close())
    const response = await fetch(`${served.url}/thing`)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code, hops })
    expect(response.headers.get('x-retry-pushback-ms')).toBe(status === 500 ? null : '-1')
  },
)
