import { describe, expect, test } from 'vitest'
import { findErrorGroup, queryErrors } from '../../../tooling/plan/dev/error-query.ts'
import { toArrivals } from '../../../tooling/plan/dev/ingest.ts'
import { LIMITS } from '../../../tooling/plan/dev/limits.ts'
import { toLogRecord } from '../../../tooling/plan/dev/log-line.ts'
import { queryLogs } from '../../../tooling/plan/dev/log-query.ts'
import { toState } from '../../../tooling/plan/dev/state.ts'
import { Store } from '../../../tooling/plan/dev/store.ts'
import { queryTraces } from '../../../tooling/plan/dev/trace-query.ts'
import { toTraceAnswer } from '../../../tooling/plan/dev/trace-view.ts'
import { type SpanOfTest, TRACE, toTraceRequest } from './dashboard-fixture.ts'

const NOW = 1_700_000_000_500
const [A, B, C] = ['a', 'b', 'c'].map((sign) => sign.repeat(16)) as [string, string, string]

function toBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

function addSpans(store: Store, spans: readonly SpanOfTest[]): void {
  const delivery = { body: toBytes(toTraceRequest(spans)), isJson: true, receivedMs: NOW }
  for (const arrival of toArrivals({ kind: 'traces' }, delivery)) store.add(arrival, NOW)
}

function addLine(store: Store, line: object, service = 'billing'): void {
  const record = toLogRecord(JSON.stringify(line), { service, source: 'stdout', receivedMs: NOW })
  store.add({ kind: 'log', record }, NOW)
}

function addSentry(store: Store, event: object, service = 'billing'): void {
  const delivery = { body: toBytes(event), isJson: true, receivedMs: NOW, service }
  for (const arrival of toArrivals({ kind: 'event', project: 1 }, delivery)) store.add(arrival, NOW)
}

describe('a trace', () => {
  test('is a tree: parents before children, children by start, whatever order they came in', () => {
    const store = new Store()
    addSpans(store, [
      { spanId: C, parentSpanId: A, service: 'users', startMs: 1_700_000_000_006 },
      { spanId: B, parentSpanId: A, startMs: 1_700_000_000_002 },
      { spanId: A, startMs: 1_700_000_000_000, durationMs: 20 },
    ])
    const rows = toTraceAnswer(store, TRACE)?.rows.map(({ spanId, depth }) => [spanId, depth])
    expect(rows).toEqual([
      [A, 0],
      [B, 1],
      [C, 1],
    ])
  })

  test('that began last stands first, also when it arrived before others', () => {
    const store = new Store()
    const [early, late] = ['e', 'f'].map((sign) => sign.repeat(32)) as [string, string]
    addSpans(store, [{ traceId: late, spanId: A, startMs: 1_700_000_000_006 }])
    addSpans(store, [{ traceId: early, spanId: B, startMs: 1_700_000_000_002 }])
    const { items } = queryTraces(store, { limit: 10 })
    expect(items.map(({ traceId }) => traceId)).toEqual([late, early])
  })

  test('shows each line and error at its span, those of no span here at the end', () => {
    const store = new Store()
    addSpans(store, [{ spanId: A }, { spanId: B, parentSpanId: A, service: 'users' }])
    addLine(store, { message: 'in a', trace_id: TRACE, span_id: A })
    addLine(store, { message: 'in b', trace_id: TRACE, span_id: B }, 'users')
    addLine(store, { message: 'elsewhere', trace_id: TRACE, span_id: C })
    const answer = toTraceAnswer(store, TRACE)
    expect(answer?.rows.map(({ logs }) => logs.map(({ message }) => message))).toEqual([
      ['in a'],
      ['in b'],
    ])
    expect(answer?.logs.map(({ message }) => message)).toEqual(['elsewhere'])
  })

  test('is told of by its lines when its spans have not come', () => {
    const store = new Store()
    addLine(store, { message: 'alone', trace_id: TRACE, span_id: A })
    expect(toTraceAnswer(store, TRACE)).toMatchObject({ rows: [], logs: [{ message: 'alone' }] })
    expect(toTraceAnswer(store, 'f'.repeat(32))).toBeUndefined()
  })

  test('gives the request of a span as a curl that a shell reads as it is', () => {
    const store = new Store()
    const attributes = {
      'http.request.method': 'POST',
      'url.scheme': 'http',
      'server.address': '127.0.0.1',
      'server.port': 8080,
      'url.path': `/it's/$HOME`,
      'url.query': 'a=b&c=d',
    }
    addSpans(store, [{ spanId: A, attributes }])
    expect(toTraceAnswer(store, TRACE)?.rows[0]?.curl).toBe(
      String.raw`curl -X POST 'http://127.0.0.1:8080/it'\''s/$HOME?a=b&c=d'`,
    )
  })

  test('gives back every attribute and event as it came', () => {
    const store = new Store()
    const attributes = { text: 'x'.repeat(100), again: 'same', count: 7, 'http.route': '/a' }
    for (const spanId of [A, B, C])
      addSpans(store, [{ spanId, attributes, events: [{ name: 'e', timeUnixNano: '5000000' }] }])
    for (const row of toTraceAnswer(store, TRACE)?.rows ?? []) {
      expect(row.detail.attributes).toEqual(attributes)
      expect(row.detail.events).toEqual([{ timeMs: 5, name: 'e', attributes: {} }])
    }
  })
})

describe('the list of traces', () => {
  const store = new Store()
  for (let number = 0; number < 30; number += 1)
    addSpans(store, [
      {
        spanId: A,
        traceId: number.toString(16).padStart(32, '0'),
        service: number % 2 === 0 ? 'billing' : 'users',
        durationMs: number,
        isError: number % 10 === 0,
        attributes: { 'order.id': `order-${number}` },
      },
    ])

  test.for([
    [{}, 30],
    [{ service: 'billing' }, 15],
    [{ failed: true }, 3],
    [{ minMs: 25 }, 5],
    [{ text: 'ORDER-1' }, 11],
    [{ text: 'order.id' }, 30],
    [{ text: '0'.repeat(30) + '1d' }, 1],
    [{ text: 'nothing like it' }, 0],
  ] as const)('filtered by %o has %i', ([filter, expected]) => {
    expect(queryTraces(store, { limit: 100, ...filter }).total).toBe(expected)
  })

  test('comes by pages without a row twice or missing', () => {
    const seen: string[] = []
    let before: number | undefined
    do {
      const page = queryTraces(store, { limit: 7, ...(before === undefined ? {} : { before }) })
      seen.push(...page.items.map(({ traceId }) => traceId))
      before = page.next
    } while (before !== undefined)
    expect(new Set(seen).size).toBe(30)
    expect(seen).toHaveLength(30)
  })
})

describe('an error', () => {
  const thrown = { type: 'TypeError', message: 'no row' }
  const event = {
    event_id: '1'.repeat(32),
    contexts: { trace: { trace_id: TRACE, span_id: A } },
    exception: {
      values: [
        { type: 'Error', value: 'the cause' },
        {
          type: 'TypeError',
          value: 'no row',
          stacktrace: {
            frames: [
              { filename: 'node:internal/x', function: '?', lineno: 1, in_app: false },
              {
                filename: '/app/src/find.ts',
                function: 'find',
                lineno: 7,
                in_app: true,
                pre_context: ['a'],
                context_line: 'b',
                post_context: ['c'],
              },
            ],
          },
        },
      ],
    },
  }

  test('that Sentry, two spans and two lines tell of is one, with the stack that says most', () => {
    const store = new Store()
    const exception = {
      name: 'exception',
      timeUnixNano: '1700000000000000000',
      attributes: [
        { key: 'exception.type', value: { stringValue: 'TypeError' } },
        { key: 'exception.message', value: { stringValue: 'no row' } },
      ],
    }
    const line = { severity: 'error', message: 'x', trace_id: TRACE, span_id: A, error: thrown }
    addLine(store, line)
    addSentry(store, event)
    addSpans(store, [
      { spanId: B, parentSpanId: A, events: [exception] },
      { spanId: A, events: [exception] },
    ])
    addLine(store, line)
    const groups = queryErrors(store, { nowMs: NOW })
    expect(groups).toMatchObject([
      { count: 1, sources: ['log', 'sentry', 'span'], place: 'src/find.ts:7' },
    ])
    const answer = findErrorGroup(store, groups[0]?.group ?? '', NOW)
    expect(answer?.items[0]?.detail).toMatchObject({
      causes: [{ type: 'Error', message: 'the cause' }],
      frames: [
        {
          function: 'find',
          source: [
            [6, 'a'],
            [7, 'b'],
            [8, 'c'],
          ],
        },
        { isOwn: false },
      ],
    })
    expect(answer?.items[0]?.detail.frames[1]).not.toHaveProperty('function')
    // It stands at the span it came from.
    const rows = toTraceAnswer(store, TRACE)?.rows.map(({ errors }) => errors.length)
    expect(rows).toEqual([0, 1])
  })

  test('of one place is of one group, whatever its message says; of another service it is another', () => {
    const store = new Store()
    for (const [number, service] of ['billing', 'billing', 'users'].entries())
      addSentry(
        store,
        {
          ...event,
          contexts: {},
          exception: { values: [{ ...event.exception.values[1], value: `no row ${number}` }] },
        },
        service,
      )
    expect(queryErrors(store, { nowMs: NOW }).map(({ count }) => count)).toEqual([1, 2])
  })

  test('without a place is of one group with those of its wording', () => {
    const store = new Store()
    for (const id of [1, 22]) addSentry(store, { message: `no row ${id}`, level: 'error' })
    expect(queryErrors(store, { nowMs: NOW })).toMatchObject([{ type: 'Message', count: 2 }])
  })
})

describe('the limits', () => {
  test('the oldest goes first, and the page is told of it', () => {
    const store = new Store({ ...LIMITS, traces: 3, logs: 2 })
    for (const sign of '12345') addSpans(store, [{ spanId: A, traceId: sign.repeat(32) }])
    for (const message of ['one', 'two', 'three']) addLine(store, { message })
    expect(store.traces.find('2'.repeat(32))).toBeUndefined()
    expect(queryTraces(store, { limit: 9 }).items).toHaveLength(3)
    expect(queryLogs(store, { limit: 9 }).items.map(({ message }) => message)).toEqual([
      'three',
      'two',
    ])
    const { dropped } = toState(store, { processes: [], version: '', nowMs: NOW })
    expect(dropped).toEqual([
      { what: 'traces', count: 2, limit: '3 traces, 50,000 spans' },
      { what: 'lines', count: 1, limit: '2 lines' },
    ])
  })

  test('spans and their bytes are bounded over all traces, and within one', () => {
    const store = new Store({ ...LIMITS, spans: 10 })
    for (const sign of '123456')
      addSpans(store, [
        { spanId: A, traceId: sign.repeat(32) },
        { spanId: B, traceId: sign.repeat(32) },
      ])
    expect([store.traces.length, store.traces.spanCount]).toEqual([5, 10])
    const small = new Store({ ...LIMITS, spanBytes: 4_000 })
    for (const sign of '123456')
      addSpans(small, [
        { spanId: A, traceId: sign.repeat(32), attributes: { text: sign.repeat(1_500) } },
      ])
    expect(small.traces.length).toBe(2)
  })
})
