import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toIntake, toArrivals, type Intake } from '../../../tooling/plan/dev/ingest.ts'
import { toLogRecord } from '../../../tooling/plan/dev/log-line.ts'
import { queryErrors } from '../../../tooling/plan/dev/error-query.ts'
import { queryLogs } from '../../../tooling/plan/dev/log-query.ts'
import { queryMetrics } from '../../../tooling/plan/dev/metric-query.ts'
import { Store } from '../../../tooling/plan/dev/store.ts'
import { queryTraces } from '../../../tooling/plan/dev/trace-query.ts'
import { toTraceAnswer } from '../../../tooling/plan/dev/trace-view.ts'
import { TRACE, toTraceRequest } from './dashboard-fixture.ts'

const NOW = 1_800_000_000_000
const INTAKES: readonly Intake[] = [
  { kind: 'traces' },
  { kind: 'logs' },
  { kind: 'metrics' },
  { kind: 'envelope', project: 1 },
  { kind: 'event', project: 1 },
]

/** What is taken can be asked for in every way; what is not taken is an Error, and nothing else. */
function takeAndAsk(intake: Intake, body: Uint8Array, isJson: boolean): void {
  const store = new Store()
  try {
    for (const arrival of toArrivals(intake, { body, isJson, receivedMs: NOW }))
      store.add(arrival, NOW)
  } catch (error) {
    expect(error).toBeInstanceOf(Error)
  }
  const page = { limit: 10 }
  for (const { traceId } of queryTraces(store, { ...page, text: 'a' }).items)
    JSON.stringify(toTraceAnswer(store, traceId))
  JSON.stringify([
    queryLogs(store, { ...page, text: 'a' }),
    queryErrors(store, { nowMs: NOW }),
    queryMetrics(store, { nowMs: NOW }),
    store.mapAt(NOW),
  ])
}

describe('whatever a body holds', () => {
  test.for(INTAKES)('random bytes at $kind are taken or refused', (intake) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (body, isJson) =>
        takeAndAsk(intake, body, isJson),
      ),
      { numRuns: 400 },
    )
  })

  test.for(INTAKES)('random JSON at $kind is taken or refused', (intake) => {
    const named = fc.constantFrom(
      'resourceSpans',
      'scopeSpans',
      'spans',
      'resourceLogs',
      'scopeLogs',
      'logRecords',
      'body',
      'resourceMetrics',
      'scopeMetrics',
      'metrics',
      'sum',
      'histogram',
      'dataPoints',
      'attributes',
      'traceId',
      'exception',
      'values',
      'contexts',
      '__proto__',
      'constructor',
    )
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'medium' },
        fc.jsonValue({ maxDepth: 1 }),
        tie('object'),
        tie('list'),
      ),
      object: fc.dictionary(named, tie('tree')),
      list: fc.array(tie('tree'), { maxLength: 3 }),
    }))
    fc.assert(
      fc.property(tree, (value) =>
        takeAndAsk(intake, new TextEncoder().encode(JSON.stringify(value)), true),
      ),
      { numRuns: 150 },
    )
  })

  test('a real request with a flipped byte is taken or refused', () => {
    const text = JSON.stringify(
      toTraceRequest([
        { spanId: '1'.repeat(16), attributes: { 'http.request.method': 'GET', 'url.path': '/x' } },
      ]),
    )
    const bytes = new TextEncoder().encode(text)
    for (let at = 0; at < bytes.length; at += 1)
      for (const sign of [0x22, 0x7b]) takeAndAsk({ kind: 'traces' }, bytes.with(at, sign), true)
  })

  test('no name of a member reaches a prototype', () => {
    const body = new TextEncoder().encode(
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"__proto__","value":{"kvlistValue":{"values":[{"key":"polluted","value":{"stringValue":"yes"}}]}}}]}]}]}]}',
    )
    takeAndAsk({ kind: 'logs' }, body, true)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})

test('whatever a process prints is one line, and none is an exception', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const record = toLogRecord(text, { service: 'x', source: 'stdout', receivedMs: NOW })
      expect(typeof record.message).toBe('string')
      JSON.stringify(record)
    }),
    { numRuns: 1_000 },
  )
  const deep = `{"message":"x","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  expect(toLogRecord(deep, { service: 'x', source: 'stdout', receivedMs: NOW }).message).toBe('x')
})

test('spans that are their own ancestors are shown once', () => {
  const store = new Store()
  const [a, b] = ['1'.repeat(16), '2'.repeat(16)]
  const request = toTraceRequest([
    { spanId: a, parentSpanId: b },
    { spanId: b, parentSpanId: a },
    { spanId: '3'.repeat(16), parentSpanId: '3'.repeat(16) },
  ])
  const body = new TextEncoder().encode(JSON.stringify(request))
  for (const arrival of toArrivals({ kind: 'traces' }, { body, isJson: true, receivedMs: NOW }))
    store.add(arrival, NOW)
  expect(toTraceAnswer(store, TRACE)?.rows).toHaveLength(3)
})

test.for(['/v1/traces', '/v1/logs/', '/api/12/envelope/', '/api/1/store/'])(
  '%s takes telemetry',
  (path) => {
    expect(toIntake(path)).toBeDefined()
  },
)

test.for(['/v1/profiles', '/api/x/envelope/', '/api/traces', '/api/1/'])(
  '%s takes none',
  (path) => {
    expect(toIntake(path)).toBeUndefined()
  },
)
