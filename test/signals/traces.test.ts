import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Collector, openCollector, type ReceivedSpan } from '../../src/testing/index.ts'
import { decodeWithReference } from '../testing/otlp-reference.ts'
import { type App, startApp } from './app.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const CALLER_SPAN_ID = 'b7ad6b7169203331'

let collector: Collector
let app: App
let startedAtMs: number
let spans: readonly ReceivedSpan[]

beforeAll(async () => {
  collector = await openCollector()
  app = await startApp({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    OTEL_RESOURCE_ATTRIBUTES: 'k8s.pod.name=billing-1,service.instance.id=shop.billing-1.web',
    SERVICEX_REVISION: '3fa1c2e',
    SENTRY_ENVIRONMENT: 'qa',
  })
  startedAtMs = Date.now()
  await app.get('/invoices/7?token=hunter2&page=2', {
    traceparent: `00-${TRACE_ID}-${CALLER_SPAN_ID}-01`,
    tracestate: 'vendor=1',
    'user-agent': 'test/1',
    'x-request-id': 'r1',
  })
  spans = await collector.waitFor(4)
})
afterAll(async () => {
  await app.stop()
  await collector.close()
})

function spanOf(name: string): ReceivedSpan {
  const found = spans.find((span) => span.name === name)
  if (found === undefined) throw new Error(`no span ${name}`)
  return found
}

test('go to the collector as OTLP/HTTP protobuf', () => {
  expect(collector.requests.map(({ method, path }) => `${method} ${path}`)).toContain(
    'POST /v1/traces',
  )
  for (const { headers } of collector.requests)
    expect(headers['content-type']).toBe('application/x-protobuf')
})

test('are what the official .proto definitions say they are', () => {
  const decoded = collector.requests.flatMap(({ body }) => decodeWithReference(body))
  expect(decoded).toEqual(collector.spans)
})

test('say whose they are by the convention', () => {
  for (const { resource } of spans)
    expect(resource).toEqual({
      'service.name': 'billing',
      'service.namespace': 'billing',
      'service.version': '3fa1c2e',
      'service.instance.id': 'shop.billing-1.web',
      'deployment.environment.name': 'qa',
      'k8s.pod.name': 'billing-1',
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.name': 'servicex',
      'telemetry.sdk.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    })
})

test('make one tree: the caller, the request, the app’s own span, its call, the next service', () => {
  const [invoice, read, call, user] = [
    'GET /invoices/:id',
    'read user',
    'GET',
    'GET /users/:id',
  ].map(spanOf)
  expect([
    invoice?.parentSpanId,
    read?.parentSpanId,
    call?.parentSpanId,
    user?.parentSpanId,
  ]).toEqual([CALLER_SPAN_ID, invoice?.spanId, read?.spanId, call?.spanId])
  expect([invoice?.kind, read?.kind, call?.kind, user?.kind]).toEqual([
    'server',
    'internal',
    'client',
    'server',
  ])
  for (const span of spans)
    expect(span).toMatchObject({ traceId: TRACE_ID, traceState: 'vendor=1' })
})

test('a request has the attributes of the conventions, without secrets', () => {
  expect(spanOf('GET /invoices/:id').attributes).toEqual({
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'url.path': '/invoices/7',
    'url.query': 'token=[redacted]&page=2',
    'http.route': '/invoices/:id',
    'http.response.status_code': 200,
    'server.address': '127.0.0.1',
    'server.port': app.port,
    'client.address': '127.0.0.1',
    'network.protocol.version': '1.1',
    'user_agent.original': 'test/1',
    'servicex.request_id': 'r1',
  })
})

test('a call has the attributes of the conventions, without secrets', () => {
  expect(spanOf('GET').attributes).toEqual({
    'http.request.method': 'GET',
    'url.full': `http://127.0.0.1:${app.port}/users/7?token=[redacted]`,
    'server.address': '127.0.0.1',
    'server.port': app.port,
    'http.response.status_code': 200,
  })
})

test('a span lies within its parent, and all within the time of the test', () => {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const nowNano = BigInt(Date.now()) * 1_000_000n
  for (const { startTimeUnixNano: start, endTimeUnixNano: end, parentSpanId } of spans) {
    expect(end >= start && end <= nowNano + 1_000_000n).toBe(true)
    expect(start >= BigInt(startedAtMs - 1) * 1_000_000n).toBe(true)
    const parent = byId.get(parentSpanId ?? '')
    if (parent !== undefined)
      expect(start >= parent.startTimeUnixNano && end <= parent.endTimeUnixNano).toBe(true)
  }
})

test('a request that failed is an error with its exception, without secrets', async () => {
  expect(await app.get('/throw')).toBe(500)
  const span = await collector.waitFor(({ name }) => name === 'GET /throw')
  expect(span.status).toEqual({ code: 'error', message: 'invoice 7 is lost, token=[redacted]' })
  expect(span.attributes).toMatchObject({
    'http.response.status_code': 500,
    'error.type': 'E_INVOICE',
  })
  expect(span.events).toMatchObject([
    { name: 'exception', attributes: { 'exception.type': 'InvoiceError' } },
  ])
  expect(JSON.stringify(span.events[0]?.attributes)).not.toContain('hunter2')
})

test('a trace that the caller did not sample is passed on and not delivered', async () => {
  const traceId = '1'.repeat(32)
  await app.get('/invoices/7', { traceparent: `00-${traceId}-${CALLER_SPAN_ID}-00` })
  const line = await app.waitForLine(
    ({ message, trace_id: id }) => id === traceId && message === 'GET /users/:id 200',
  )
  expect(line).toMatchObject({ trace_flags: '00' })
  await app.get('/users/8')
  await collector.waitFor(({ attributes }) => attributes['url.path'] === '/users/8')
  expect(collector.spans.filter((span) => span.traceId === traceId)).toEqual([])
})
