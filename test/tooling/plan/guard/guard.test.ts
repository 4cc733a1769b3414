import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GUARD_DEFAULTS } from '../../../../tooling/parse/guard-settings.ts'
import { compareRequests } from '../../../../tooling/plan/guard/compare.ts'
import {
  addCounters,
  type Counters,
  NONE,
  toCounters,
  toIncrease,
} from '../../../../tooling/plan/guard/counters.ts'
import {
  countAbove,
  toLeastIncrease,
  toQuantile,
} from '../../../../tooling/plan/guard/statistics.ts'

const NAME = 'http_server_request_duration_seconds'

function page(lines: readonly string[]): string {
  return `# TYPE ${NAME} histogram\n${lines.map((line) => `${NAME}${line}\n`).join('')}other_total 5\n`
}

/** Requests of which `slow` took between 0.25 and 0.5 s, the others at most 0.05 s. */
function counters(requests: number, { errors = 0, slow = 0 } = {}): Counters {
  const buckets = new Map([
    [0.05, requests - slow],
    [0.25, requests - slow],
    [0.5, requests],
    [Infinity, requests],
  ])
  return { requests, errors, buckets }
}

describe('what a page says', () => {
  test('requests, those that the service failed, and how long they took, over all series', () => {
    const text = page([
      '_bucket{http_route="/a",http_response_status_code="200",error_type="",le="0.1"} 3',
      '_bucket{http_route="/a",http_response_status_code="200",error_type="",le="+Inf"} 4',
      '_count{http_route="/a",http_response_status_code="200",error_type=""} 4',
      '_bucket{le="0.1",http_route="/b",http_response_status_code="503",error_type="503"} 0',
      '_bucket{le="+Inf",http_route="/b",http_response_status_code="503",error_type="503"} 2',
      '_count{http_route="/b",http_response_status_code="503",error_type="503"} 2',
      '_count{http_route="/b",http_response_status_code="404",error_type=""} 1',
      '_sum{http_route="/b",http_response_status_code="404",error_type=""} 9',
    ])
    expect(toCounters(text)).toEqual({
      requests: 7,
      errors: 2,
      buckets: new Map([
        [0.1, 3],
        [Infinity, 6],
      ]),
    })
  })

  test('a service without a request yet has none; one without the metric says nothing', () => {
    expect(toCounters(page([]))).toEqual(NONE)
    expect(toCounters('process_cpu_seconds_total 1\n')).toBeUndefined()
    expect(toCounters('')).toBeUndefined()
  })

  test.for([
    '_count{http_route="a} 9",http_response_status_code="200"} 4',
    String.raw`_count{http_route="x\",http_response_status_code=\"500",http_response_status_code="200"} 4`,
    '_count{http_response_status_code="200"} 4 # {trace_id="1"} 0.5 1700000000',
    '_count{http_response_status_code="200"} 4 1700000000000',
  ])('is read whatever stands in its labels and behind it: %s', (line) => {
    expect(toCounters(page([line]))).toMatchObject({ requests: 4, errors: 0 })
  })

  test.for(['_count{', '_count{a="', '_count{} NaN', '_count{} -5', '_count{a="\\', '_count} 3'])(
    'what is broken counts nothing: %s',
    (line) => {
      expect(toCounters(page([line]))).toMatchObject({ requests: 0, errors: 0 })
    },
  )

  test('a request without a status failed, unless its caller went away', () => {
    const text = page([
      '_count{http_response_status_code="",error_type="ECONNRESET"} 2',
      '_count{http_response_status_code="",error_type="client_aborted"} 3',
    ])
    expect(toCounters(text)).toMatchObject({ requests: 5, errors: 2 })
  })

  test('whatever a page holds, reading it ends, and no count is below zero', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (lines) => {
        const found = toCounters(page(lines.map((line) => `_count{${line}`)))
        expect(found?.requests).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('between two looks', () => {
  test('counts what came', () => {
    const increase = toIncrease(counters(10, { errors: 1 }), counters(15, { errors: 3, slow: 2 }))
    expect(increase).toMatchObject({ requests: 5, errors: 2 })
    expect(increase.buckets.get(0.05)).toBe(3)
    expect(increase.buckets.get(0.5)).toBe(5)
  })

  test('a process that was started again counts from zero', () => {
    expect(toIncrease(counters(100), counters(7))).toEqual(counters(7))
  })

  test('the sum of several is that of each, whatever their order', () => {
    const [a, b] = [counters(3, { slow: 1 }), counters(4, { errors: 2 })]
    expect(addCounters(a, b)).toEqual(addCounters(b, a))
    expect(addCounters(a, NONE)).toEqual(a)
  })
})

describe('statistics', () => {
  test('a quantile lies within its bucket by proportion; above the last bound nothing is known', () => {
    const buckets = new Map([
      [1, 50],
      [2, 100],
      [Infinity, 100],
    ])
    expect(toQuantile(buckets, 0.5)).toBe(1)
    expect(toQuantile(buckets, 0.75)).toBe(1.5)
    expect(
      toQuantile(
        new Map([
          [1, 0],
          [Infinity, 9],
        ]),
        0.95,
      ),
    ).toBe(1)
    expect(toQuantile(new Map(), 0.95)).toBe(0)
    expect(countAbove(buckets, 1.5)).toEqual({ count: 25, of: 100 })
    expect(countAbove(buckets, 9)).toEqual({ count: 0, of: 100 })
  })

  // Newcombe 1998, table II, method 10: 56 of 70 and 48 of 80 at 95 % give 0.0524 to 0.3339.
  test('the least increase is that of the literature', () => {
    const [before, after] = [
      { count: 48, of: 80 },
      { count: 56, of: 70 },
    ]
    expect(toLeastIncrease(before, after, 1.96)).toBeCloseTo(0.0524, 3)
    expect(toLeastIncrease(before, after)).toBeLessThan(0)
  })

  test('of two samples of one service hardly any two differ by more than chance', () => {
    let seed = 42
    const random = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed / 2_147_483_648
    }
    const sample = (): Counters => {
      const errors = Array.from({ length: 100 }, random).filter((one) => one < 0.05).length
      return counters(100, { errors })
    }
    const wrong = Array.from({ length: 2000 }, () =>
      compareRequests(sample(), sample(), GUARD_DEFAULTS),
    ).filter(({ kind }) => kind === 'worse')
    expect(wrong.length / 2000).toBeLessThan(0.003)
  })
})

describe('the comparison', () => {
  const limits = GUARD_DEFAULTS

  test.for([
    { name: 'nothing fails', before: counters(500), after: counters(60), kind: 'as-before' },
    {
      name: 'a tenth fails where nothing did',
      before: counters(500),
      after: counters(60, { errors: 6 }),
      kind: 'worse',
    },
    {
      name: 'one of few fails: it may be chance',
      before: counters(60),
      after: counters(60, { errors: 2 }),
      kind: 'as-before',
    },
    {
      name: 'of many, one in a hundred fails: it is less than the limit',
      before: counters(100_000),
      after: counters(100_000, { errors: 1000 }),
      kind: 'as-before',
    },
    {
      name: 'as much fails as did before',
      before: counters(500, { errors: 100 }),
      after: counters(100, { errors: 20 }),
      kind: 'as-before',
    },
    {
      name: 'everything is slower',
      before: counters(500),
      after: counters(60, { slow: 60 }),
      kind: 'worse',
    },
    {
      name: 'one in sixty is slower',
      before: counters(500),
      after: counters(60, { slow: 1 }),
      kind: 'as-before',
    },
    {
      name: 'it was slow before',
      before: counters(500, { slow: 400 }),
      after: counters(60, { slow: 50 }),
      kind: 'as-before',
    },
    { name: 'the new pods had few', before: counters(500), after: counters(9), kind: 'too-few' },
    {
      name: 'the pods before had few, and everything fails now',
      before: counters(9),
      after: counters(500, { errors: 500 }),
      kind: 'too-few',
    },
  ])('$name: $kind', ({ after, before, kind }) => {
    expect(compareRequests(before, after, limits).kind).toBe(kind)
  })

  test('says what is worse, with both numbers', () => {
    expect(compareRequests(counters(500), counters(60, { errors: 6 }), limits)).toMatchObject({
      message: '10.0 % of requests to the new pods failed, before it was 0.0 %',
      before: { requests: 500, errorRatio: 0 },
      after: { requests: 60, errorRatio: 0.1 },
    })
    expect(compareRequests(counters(500), counters(60, { slow: 60 }), limits)).toMatchObject({
      message: 'p95 of the new pods is 488 ms, before it was 48 ms',
    })
  })
})
