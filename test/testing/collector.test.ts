import { gzipSync } from 'node:zlib'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openCollector, type Collector } from '../../src/testing/index.ts'
import { PARENT, exportSpans } from './exported-spans.ts'
import { decodeWithReference, encodeWithReference } from './otlp-reference.ts'

let collector: Collector

beforeEach(async () => {
  collector = await openCollector()
})

afterEach(() => collector.close())

describe('a span exported by the OpenTelemetry SDK arrives as it was written', () => {
  const { GZIP, NONE } = CompressionAlgorithm
  const exporters = [
    ['protobuf', (url: string) => new ProtobufExporter({ url, compression: NONE }), undefined],
    ['protobuf, gzip', (url: string) => new ProtobufExporter({ url, compression: GZIP }), 'gzip'],
    ['JSON', (url: string) => new JsonExporter({ url, compression: NONE }), undefined],
    ['JSON, gzip', (url: string) => new JsonExporter({ url, compression: GZIP }), 'gzip'],
  ] as const

  test.for(exporters)('%s', async ([, openExporter, encoding]) => {
    await exportSpans(openExporter(`${collector.url}/v1/traces`))

    const [full, bare] = [
      collector.spans.find((span) => span.name !== 'bare'),
      collector.spans.find((span) => span.name === 'bare'),
    ]
    expect(collector.requests[0]?.headers['content-encoding']).toBe(encoding)
    expect(full).toEqual({
      traceId: PARENT.traceId,
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      parentSpanId: PARENT.spanId,
      traceState: 'vendor=1',
      flags: 0x301,
      name: 'GET /invoices/:id',
      kind: 'server',
      startTimeUnixNano: 1_700_000_000_123_456_789n,
      endTimeUnixNano: 1_700_000_001_000_000_005n,
      attributes: {
        'http.route': '/invoices/:id',
        'http.response.status_code': 500,
        unicode: '\ufeffžluťoučký 🐎',
        empty: '',
        negative: -7,
        largest: Number.MAX_SAFE_INTEGER,
        ratio: 0.1,
        yes: true,
        no: false,
        names: ['a', 'b'],
        counts: [1, 2, 3],
        __proto__own: 'kept',
      },
      events: [
        { timeUnixNano: 1_700_000_000_200_000_000n, name: 'retry', attributes: { attempt: 2 } },
      ],
      links: [
        {
          traceId: PARENT.traceId,
          spanId: '00f067aa0ba902b7',
          traceState: '',
          flags: expect.any(Number),
          attributes: { why: 'batch' },
        },
      ],
      status: { code: 'error', message: 'ledger is down' },
      resource: { 'service.name': 'billing', 'process.pid': 42 },
      scope: { name: 'invoices', version: '1.2.3' },
    })
    expect(bare).toMatchObject({
      parentSpanId: undefined,
      kind: 'internal',
      status: { code: 'unset', message: '' },
    })
    expect(bare?.traceId).not.toBe(PARENT.traceId)
  })
})

test('the collector and protobufjs with the published definitions read the same spans', async () => {
  await exportSpans(new ProtobufExporter({ url: `${collector.url}/v1/traces` }))

  const reference = collector.requests.flatMap((request) => decodeWithReference(request.body))
  expect(reference).toHaveLength(2)
  expect(collector.spans).toEqual(reference)
})

test('every kind of attribute value that protobuf can carry is read as protobufjs reads it', async () => {
  const values = [
    { stringValue: 'text' },
    { boolValue: false },
    { intValue: '-9223372036854775808' },
    { intValue: '9223372036854775807' },
    { doubleValue: Number.NaN },
    { doubleValue: -Infinity },
    { doubleValue: 0 },
    { bytesValue: Buffer.from([0, 255]) },
    {
      kvlistValue: {
        values: [{ key: 'inner', value: { arrayValue: { values: [{ intValue: '1' }, {}] } } }],
      },
    },
    {},
  ]
  const attributes = values.map((value, index) => ({ key: `__proto__${index || ''}`, value }))
  const body = encodeWithReference({
    resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {}, spans: [{ attributes }] }] }],
  })

  expect(await post('application/x-protobuf', body)).toBe(200)
  expect(Object.keys(collector.spans[0]?.attributes ?? {})).toHaveLength(values.length)
  expect(collector.spans).toEqual(decodeWithReference(body))
})

test('JSON is read as other senders write it: ids in capitals, numbers as text, nulls for nothing', async () => {
  const attributes = [
    { key: 'nan', value: { doubleValue: 'NaN' } },
    { key: 'bytes', value: { bytesValue: 'AP8=' } },
    { key: 'int', value: { intValue: 7 } },
    { key: 'none', value: null },
  ]
  const span = {
    traceId: PARENT.traceId.toUpperCase(),
    spanId: PARENT.spanId.toUpperCase(),
    parentSpanId: null,
    kind: '3',
    startTimeUnixNano: '1700000000123456789',
    endTimeUnixNano: 1_700_000_001,
    attributes,
    status: null,
  }

  expect(await post('application/json; charset=utf-8', jsonSpan(span))).toBe(200)
  expect(collector.spans).toMatchObject([
    {
      ...PARENT,
      parentSpanId: undefined,
      kind: 'client',
      startTimeUnixNano: 1_700_000_000_123_456_789n,
      endTimeUnixNano: 1_700_000_001n,
      attributes: { nan: Number.NaN, bytes: new Uint8Array([0, 255]), int: 7, none: null },
      status: { code: 'unset', message: '' },
    },
  ])
})

describe('a body that is not a trace export is answered 400 and nothing is kept', () => {
  const badBodies: [string, string, Uint8Array][] = [
    ['text as protobuf', 'application/x-protobuf', Buffer.from('this is not protobuf')],
    ['a length beyond the end', 'application/x-protobuf', Buffer.from([0x0a, 0x7f])],
    ['an endless varint', 'application/x-protobuf', Buffer.alloc(12, 0xff)],
    ['a field of another type', 'application/x-protobuf', Buffer.from([0x08, 0x00])],
    ['values nested too deep', 'application/x-protobuf', encodeSpan(nestAttribute(40))],
    ['a group', 'application/x-protobuf', Buffer.from([0x0b])],
    [
      'a trace id of 3 bytes',
      'application/x-protobuf',
      encodeSpan({ traceId: Buffer.from('abc') }),
    ],
    ['not JSON', 'application/json', Buffer.from('{')],
    ['JSON of another shape', 'application/json', Buffer.from('{"resourceSpans":{"a":1}}')],
    ['a JSON id that is not hex', 'application/json', jsonSpan({ traceId: 'zz' })],
    [
      'a JSON time that is not a number',
      'application/json',
      jsonSpan({ startTimeUnixNano: 'now' }),
    ],
  ]

  test.for(badBodies)('%s', async ([, type, body]) => {
    expect(await post(type, body)).toBe(400)
    expect(await post(type, body, { 'content-encoding': 'gzip' })).toBe(400)
    expect(collector.spans).toEqual([])
    expect(await post('application/json', gzipSync('{}'), { 'content-encoding': 'gzip' })).toBe(200)
  })
})

test('a truncated or mutated export is read or refused, never a crash', async () => {
  await exportSpans(new ProtobufExporter({ url: `${collector.url}/v1/traces` }))
  const whole = Buffer.from(collector.requests[0]?.body ?? [])
  const mutation = fc.record({
    at: fc.nat(whole.length - 1),
    byte: fc.nat(255),
    end: fc.nat(whole.length),
  })

  const statuses = new Set<number>()
  const property = fc.asyncProperty(mutation, async ({ at, byte, end }) => {
    const mutant = Buffer.from(whole.subarray(0, end))
    if (at < end) mutant[at] = byte
    const status = await post('application/x-protobuf', mutant)
    statuses.add(status)
    return status === 200 || status === 400
  })
  await fc.assert(property, { numRuns: 300, seed: 1 })
  expect(statuses).toEqual(new Set([200, 400]))
})

test('another path is 404, another method 405, another content type 415', async () => {
  const send = async (path: string, init: RequestInit) =>
    (await fetch(collector.url + path, init)).status

  expect(await send('/v1/trace', { method: 'POST' })).toBe(404)
  expect(await send('/v1/traces', { method: 'GET' })).toBe(405)
  expect(
    await send('/v1/traces', {
      method: 'POST',
      body: 'a',
      headers: { 'content-type': 'text/plain' },
    }),
  ).toBe(415)
  expect(collector.requests.map((request) => request.path)).toEqual([
    '/v1/trace',
    '/v1/traces',
    '/v1/traces',
  ])
})

async function post(
  type: string,
  body: Uint8Array,
  headers: Record<string, string> = {},
): Promise<number> {
  const response = await fetch(`${collector.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: new Uint8Array(body),
  })
  await response.arrayBuffer()
  return response.status
}

function encodeSpan(span: object): Uint8Array {
  return encodeWithReference({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })
}

function jsonSpan(span: object): Uint8Array {
  return Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }))
}

function nestAttribute(depth: number): object {
  let value: object = { stringValue: 'bottom' }
  for (let level = 0; level < depth; level += 1) value = { arrayValue: { values: [value] } }
  return { attributes: [{ key: 'deep', value }] }
}
