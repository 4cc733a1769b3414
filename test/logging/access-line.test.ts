import { serialize } from 'node:v8'
import { describe, expect, test } from 'vitest'
import type { LogKeyPreset } from '../../src/convention/log-keys.ts'
import { LOG_KEYS } from '../../src/convention/log-keys.ts'
import type { RequestFacts } from '../../src/context/facts.ts'
import { toAccessEncoder, toAccessMessage, toHttpRecord } from '../../src/logging/access-line.ts'
import { toEncoder } from '../../src/logging/encoder.ts'
import type { Encoder } from '../../src/logging/record.ts'
import { configOf } from '../config/config-of.ts'

const TIME_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

const FACTS = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  sampled: true,
  requestId: '0af7651916cd43dd8448eb211c80319c',
  method: 'GET',
  route: '/invoices/:id',
  path: '/invoices/4711',
  statusCode: 200,
  durationMs: 12.34567,
  aborted: false,
  failed: false,
  userAgent: 'curl/8.5.0',
  failure: undefined,
  ownFields: undefined,
} as unknown as RequestFacts

/** What differs from request to request, hostile values among it. */
const REQUESTS: readonly Partial<RequestFacts>[] = [
  {},
  { durationMs: 0 },
  { durationMs: 98_765.4321 },
  { path: '/"quoted"\\\u0000\u2028ž' },
  { path: `/login?x&password=hunter2` },
  { path: `/${'long'.repeat(10_000)}` },
  { path: '\u00abpath\u00bb' },
  { requestId: 'req "1" \\' },
  { userAgent: undefined },
  { userAgent: 'Bearer abcdefghijklmnop' },
  { userAgent: '\u00abagent\u00bb' },
  { route: undefined },
  { route: '/"\\:id' },
  { sampled: false },
  { statusCode: 404, method: 'POST' },
  { statusCode: 499, aborted: true },
]

/** V8 tells of a string's width in the tag before it: `"` of one byte a character, `c` of two. */
function isOneByte(text: string): boolean {
  const [, , tag = 0] = serialize(text)
  return String.fromCharCode(tag) === '"'
}

const presets = Object.keys(LOG_KEYS) as LogKeyPreset[]

describe.each(presets)('in the format %s', (preset) => {
  const whole = encoderOf(preset)
  const encode = toAccessEncoder(preset, whole)

  // Twice: the first of a kind makes the template.
  test.each([...REQUESTS, ...REQUESTS])('a line is the one of the whole encoder: %o', (part) => {
    const facts = { ...FACTS, ...part }
    expect(encode(facts, TIME_MS)).toBe(whole(toRecord(facts)))
  })

  test.each<Partial<RequestFacts>>([
    { statusCode: 500, failed: true },
    { failure: new Error('refused') },
    { ownFields: { tenant: 'acme' } },
  ])('a line that says more is left to the whole encoder: %o', (part) => {
    expect(encode({ ...FACTS, ...part }, TIME_MS)).toBeUndefined()
  })

  test('a line of ASCII takes one byte a character until it is written', () => {
    encode(FACTS, TIME_MS)
    expect(isOneByte(encode(FACTS, TIME_MS) ?? '')).toBe(true)
  })

  test('a route that looks like a mark is left to the whole encoder', () => {
    expect(encode({ ...FACTS, route: '\u00abtrace\u00bb' }, TIME_MS)).toBeUndefined()
  })
})

test('routes without end are no leak: those beyond a bound are left to the whole encoder', () => {
  const encode = toAccessEncoder('otel', encoderOf('otel'))
  const lines = Array.from({ length: 600 }, (_, index) =>
    encode({ ...FACTS, route: `/raw/${index}` }, TIME_MS),
  )
  expect(lines.filter((line) => line !== undefined)).toHaveLength(500)
  expect(encode({ ...FACTS, route: '/raw/0' }, TIME_MS)).toContain('/raw/0')
})

function encoderOf(preset: LogKeyPreset): Encoder {
  const { service, logging } = configOf({ NODE_ENV: 'production', LOG_LEVEL: 'info' })
  return toEncoder(preset, service, logging)
}

function toRecord(facts: RequestFacts): Parameters<Encoder>[0] {
  return {
    timeMs: TIME_MS,
    level: 'info',
    message: toAccessMessage(facts),
    trace: facts,
    requestId: facts.requestId,
    error: undefined,
    http: toHttpRecord(facts),
    job: undefined,
    fields: [],
    dropped: 0,
    problem: undefined,
  }
}
