import { describe, expect, test } from 'vitest'
import type { RequestFacts } from '../../src/context/facts.ts'
import { toSharedAttributes, writeOwnRequestAttributes } from '../../src/tracing/request-kinds.ts'
import { requestAttributes } from '../../src/tracing/span-attributes.ts'
import { SpanEncoder } from '../../src/tracing/span-encoder.ts'
import { decodeWithReference } from '../testing/otlp-reference.ts'
import { requestFacts } from './facts.ts'

const encoder = new SpanEncoder({ 'service.name': 'billing' })
const whole = { all: requestAttributes }
const shared = { ...whole, shared: toSharedAttributes, writeOwn: writeOwnRequestAttributes }

/** What makes a kind of its own, and what does not. */
const REQUESTS: readonly Partial<RequestFacts>[] = [
  {},
  { path: '/invoices/8', query: 'a=1', clientAddress: '10.0.0.8', requestId: 'r2' },
  { method: 'POST' },
  { route: undefined },
  { statusCode: 404 },
  { statusCode: 499, aborted: true },
  { statusCode: 500, failure: new TypeError('x') },
  { scheme: 'https' },
  { host: 'billing.example.com' },
  { host: undefined },
  { host: 'h'.repeat(1000) },
  { protocolVersion: '2' },
  { userAgent: undefined },
  { attributes: { 'http.route': '/mine', 'url.path': '/mine', tenant: 'acme' } },
]

// Twice: the second has what the first left.
describe.each([...REQUESTS, ...REQUESTS])('of a request with %o', (more) => {
  const facts = requestFacts(more)

  test('the span is the same, whether its attributes were encoded for others or for it', () => {
    const [expected, actual] = [whole, shared].map((attributes) =>
      decodeWithReference(
        encoder.toRequest([encoder.encode([{ facts, attributes, failed: false }])]),
      ),
    )
    expect(sorted(actual)).toEqual(sorted(expected))
  })
})

test('hosts without end are no leak', () => {
  const kinds = Array.from({ length: 1000 }, (_, index) =>
    toSharedAttributes(requestFacts({ host: `h${index}` })),
  )
  expect(kinds.filter((kind) => kind !== undefined).length).toBeLessThanOrEqual(500)
  expect(toSharedAttributes(requestFacts({ host: 'h0' }))).toBe(kinds[0])
})

/** The order of attributes means nothing. */
function sorted(spans: unknown): unknown {
  return (spans as { attributes: object }[]).map(({ attributes, ...rest }) => ({
    ...rest,
    attributes: Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  }))
}
