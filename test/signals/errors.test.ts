import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openSentryIngest, type SentryEvent, type SentryIngest } from '../../src/testing/index.ts'
import { type App, startApp } from './app.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const CALLER_SPAN_ID = 'b7ad6b7169203331'

let ingest: SentryIngest
let app: App

beforeAll(async () => {
  ingest = await openSentryIngest()
  app = await startApp({
    SENTRY_DSN: ingest.dsn,
    SERVICEX_REVISION: '3fa1c2e',
    SENTRY_ENVIRONMENT: 'qa',
  })
})
afterAll(async () => {
  await app.stop()
  await ingest.close()
})
beforeEach(() => ingest.clear())

/** The one event that a request gives, and the request's access line. */
async function eventOf(
  path: string,
): Promise<{ event: SentryEvent; line: Readonly<Record<string, unknown>> }> {
  const known = app.lines.length
  await app.get(path, {
    traceparent: `00-${TRACE_ID}-${CALLER_SPAN_ID}-01`,
    'x-request-id': 'r1',
  })
  const [event] = await ingest.waitFor(1)
  const line = app.lines.slice(known).find((each) => 'http' in each)
  if (event === undefined || line === undefined) throw new Error('no event, or no access line')
  return { event, line }
}

test('an error that a handler threw is one event, in the trace of its request', async () => {
  const { event, line } = await eventOf('/throw?token=hunter2&page=2')
  expect(event).toMatchObject({
    level: 'error',
    platform: 'node',
    release: '3fa1c2e',
    environment: 'qa',
    server_name: expect.any(String),
    transaction: 'GET /throw',
    tags: { request_id: 'r1', route: '/throw' },
    request: {
      method: 'GET',
      url: `http://127.0.0.1:${app.port}/throw`,
      query_string: 'token=[redacted]&page=2',
    },
    contexts: {
      trace: {
        trace_id: TRACE_ID,
        span_id: line['span_id'],
        parent_span_id: CALLER_SPAN_ID,
        op: 'http.server',
      },
    },
  })
  expect(Math.abs(Number(event['timestamp']) - Date.now() / 1000)).toBeLessThan(5)
})

test('it has its causes, innermost first, with their stacks, and was not dealt with', async () => {
  const { event } = await eventOf('/throw')
  const [cause, error] = event.exception?.values ?? []
  expect(event.exception?.values).toHaveLength(2)
  expect(cause).toMatchObject({ type: 'RangeError', value: 'no row at postgres://[redacted]@db' })
  expect(error).toMatchObject({
    type: 'InvoiceError',
    value: 'invoice 7 is lost, token=[redacted]',
    mechanism: { type: 'servicex', handled: false },
  })
  expect(error?.stacktrace?.frames?.at(-1)).toMatchObject({
    filename: expect.stringContaining('fixtures/signals/app.ts'),
    lineno: expect.any(Number),
    context_line: expect.stringContaining('throw new InvoiceError'),
    in_app: true,
  })
})

test('an error that the app dealt with says so, and has the fields of its context and its own', async () => {
  const { event, line } = await eventOf('/capture')
  expect(event).toMatchObject({
    transaction: 'GET /capture',
    exception: { values: [{ type: 'InvoiceError', mechanism: { handled: true } }] },
    contexts: {
      trace: { trace_id: TRACE_ID, span_id: line['span_id'] },
      fields: {
        tenant: 'acme',
        user: { password: '[redacted]' },
        invoice: 7,
        apiKey: '[redacted]',
      },
    },
  })
  expect(line).toMatchObject({ http: { status: 200 } })
})

test('an error that several layers log and throw is one event and one count', async () => {
  await eventOf('/log-and-throw')
  await eventOf('/capture').catch(() => undefined)
  await ingest.waitFor(2)
  expect(ingest.events.map((event) => event.exception?.values?.at(-1)?.value)).toEqual([
    'told of twice',
    'dealt with',
  ])
})

test('something thrown that is no error is an event without its secrets', async () => {
  const { event } = await eventOf('/throw-object')
  expect(JSON.stringify(event)).toContain('odd')
  expect(JSON.stringify(event)).not.toContain('hunter2')
})

test('nothing of an event or an envelope holds a secret, and no trace but the request’s', async () => {
  await eventOf('/throw?token=hunter2')
  const texts = ingest.requests.map(({ body }) => Buffer.from(body).toString())
  expect(texts.join('\n')).not.toContain('hunter2')
  const ids = texts.join('\n').matchAll(/"trace_id":"([0-9a-f]{32})"/g)
  expect(new Set([...ids].map(([, id]) => id))).toEqual(new Set([TRACE_ID]))
})

test('every event was counted as delivered, and as an error', async () => {
  const page = await app.readMetrics()
  const delivered = Number(
    /servicex_telemetry_items_total\{signal="errors",outcome="delivered"\} (\d+)/.exec(page)?.[1],
  )
  const errors = Number(/servicex_errors_total\{severity="error"\} (\d+)/.exec(page)?.[1])
  expect(delivered).toBe(errors)
  expect(delivered).toBeGreaterThan(5)
})
