import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Attributes } from '@opentelemetry/api'
import type { OperationFacts } from '../../src/context/facts.ts'
import { SpanEncoder } from '../../src/tracing/span-encoder.ts'
import { decodeWithReference } from '../testing/otlp-reference.ts'
import { requestFacts } from './facts.ts'

interface Decoded {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly traceState: string
  readonly flags: number
  readonly name: string
  readonly kind: string
  readonly startTimeUnixNano: bigint
  readonly endTimeUnixNano: bigint
  readonly attributes: Readonly<Record<string, unknown>>
  readonly events: readonly { name: string; timeUnixNano: bigint; attributes: object }[]
  readonly links: readonly object[]
  readonly status: { code: string; message: string }
  readonly resource: object
  readonly scope: { name: string }
}

const encoder = new SpanEncoder({ 'service.name': 'billing', 'service.version': '3fa1c2e' })

/** What the official decoder makes of spans. */
function decode(...facts: readonly OperationFacts[]): readonly Decoded[] {
  const spans = facts.map((each) => ({
    facts: each,
    attributes: { all: () => each.attributes ?? {} },
    failed: each.failure !== undefined,
  }))
  return decodeWithReference(encoder.toRequest([encoder.encode(spans)])) as Decoded[]
}

function decodeOne(more: Partial<OperationFacts>): Decoded {
  const [span, ...others] = decode({ ...requestFacts(), ...more })
  if (span === undefined || others.length > 0) throw new Error('expected one span')
  return span
}

test('a span is decoded by the official definitions as it was', () => {
  const link = { context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 } }
  expect(
    decodeOne({
      name: 'GET /invoices/:id',
      parentSpanId: '00f067aa0ba902b7',
      traceState: 'vendor=1',
      startTimeMs: 1_700_000_000_000.25,
      durationMs: 1.5,
      attributes: {
        text: 'žluťoučký 🐎',
        whole: 7,
        negative: -7,
        ratio: 0.5,
        yes: true,
        list: ['a', 1],
      },
      events: [{ name: 'retry', timeMs: 1_700_000_000_001, attributes: { attempt: 2 } }],
      links: [{ ...link, attributes: { why: 'batch' } }],
    }),
  ).toEqual({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: '00f067aa0ba902b7',
    traceState: 'vendor=1',
    flags: 0x301,
    name: 'GET /invoices/:id',
    kind: 'server',
    startTimeUnixNano: 1_700_000_000_000_250_000n,
    endTimeUnixNano: 1_700_000_000_001_750_000n,
    attributes: {
      text: 'žluťoučký 🐎',
      whole: 7,
      negative: -7,
      ratio: 0.5,
      yes: true,
      list: ['a', 1],
    },
    events: [
      { name: 'retry', timeUnixNano: 1_700_000_000_001_000_000n, attributes: { attempt: 2 } },
    ],
    links: [
      {
        traceId: 'a'.repeat(32),
        spanId: 'b'.repeat(16),
        traceState: '',
        flags: 0,
        attributes: { why: 'batch' },
      },
    ],
    status: { code: 'unset', message: '' },
    resource: { 'service.name': 'billing', 'service.version': '3fa1c2e' },
    scope: { name: 'servicex', version: '' },
  })
})

test('spans of one instrumentation stand together', () => {
  const scopes = decode(
    ...['a', 'b', 'a'].map((scopeName) => ({ ...requestFacts(), scopeName })),
  ).map(({ scope }) => scope.name)
  expect(scopes).toEqual(['a', 'a', 'b'])
})

test('a failure is an exception event and the message of the status, without secrets', () => {
  const failure = new TypeError('postgres://u:hunter2@db refused')
  const span = decodeOne({ failure })
  expect(span.status).toEqual({ code: 'error', message: 'postgres://[redacted]@db refused' })
  expect(span.events).toMatchObject([
    {
      name: 'exception',
      attributes: {
        'exception.type': 'TypeError',
        'exception.message': 'postgres://[redacted]@db refused',
        'exception.stacktrace': expect.stringContaining('at '),
      },
    },
  ])
  expect(JSON.stringify(span.events[0]?.attributes)).not.toContain('hunter2')
})

test.for([
  ['text', 'boom', { 'exception.type': 'thrown string', 'exception.message': 'boom' }],
  ['an object', { password: 'hunter2' }, { 'exception.type': 'thrown object' }],
  ['an error that throws when it is read', toHostileError(), { 'exception.type': 'Error' }],
] as const)('%s that was thrown spoils no span', ([, failure, attributes]) => {
  expect(decodeOne({ failure }).events).toMatchObject([{ attributes }])
})

test('attributes that the format does not have spoil no span', () => {
  const odd = {
    bigint: 1n,
    symbol: Symbol('x'),
    object: { a: 1 },
    function: () => 1,
    nothing: undefined,
    nan: Number.NaN,
    text: 'fine',
  } as unknown as Attributes
  expect(decodeOne({ attributes: odd }).attributes).toMatchObject({ nan: Number.NaN, text: 'fine' })
})

test('every value and every moment comes out as it went in', () => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true }),
    fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }),
  )
  const attributes = fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), value, {
    maxKeys: 20,
  })
  const ms = fc.integer({ min: 0, max: 4_000_000_000_000 })
  fc.assert(
    fc.property(attributes, ms, fc.integer({ min: 0, max: 999_999 }), (given, wholeMs, nanos) => {
      const fraction = Math.floor(nanos / 1000) / 1000
      const span = decodeOne({ attributes: given, startTimeMs: wholeMs + fraction, durationMs: 0 })
      expect(Object.entries(span.attributes).map(toPair)).toEqual(Object.entries(given).map(toPair))
      const exact = BigInt(wholeMs) * 1_000_000n + BigInt(Math.round(fraction * 1e6))
      const error = span.startTimeUnixNano - exact
      // A number holds Unix milliseconds to a quarter of a microsecond.
      expect(error < 500n && error > -500n).toBe(true)
    }),
    { seed: 20_260_102, numRuns: 300 },
  )
})

test.for([
  [-1, 0n],
  [Number.NaN, 0n],
  [Number.NEGATIVE_INFINITY, 0n],
  [Number.POSITIVE_INFINITY, 18_446_744_073_708_000_000n],
  [1e300, 18_446_744_073_708_000_000n],
] as const)('%d ms is no moment that the format has: the nearest one', ([timeMs, expected]) => {
  const span = decodeOne({
    events: [{ name: 'odd', timeMs, attributes: undefined }],
    startTimeMs: timeMs,
    durationMs: 0,
  })
  expect(span.startTimeUnixNano).toBe(expected)
  expect(span.events).toMatchObject([{ name: 'odd', timeUnixNano: expected }])
})

test('a large span and a large batch are whole', () => {
  const attributes = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`key ${index}`, 'ž'.repeat(5000)]),
  )
  const many = decode(...Array.from({ length: 8 }, () => ({ ...requestFacts(), attributes })))
  expect(many).toHaveLength(8)
  for (const span of many) expect(span.attributes).toEqual(attributes)
})

/** The sign of a zero is not told apart. */
function toPair([name, value]: readonly [string, unknown]): [string, unknown] {
  return [name, value === 0 ? 0 : value]
}

function toHostileError(): Error {
  return Object.defineProperty(new Error('x'), 'message', {
    get: () => {
      throw new Error('getter')
    },
  })
}
