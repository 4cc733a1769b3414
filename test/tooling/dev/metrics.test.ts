import { describe, expect, test } from 'vitest'
import { parseExposition } from '../../../src/wire/exposition.ts'
import { toExplicitHistogram } from '../../../tooling/plan/dev/exponential-histogram.ts'
import { toScrapedPoints } from '../../../tooling/plan/dev/exposition-points.ts'
import { LIMITS } from '../../../tooling/plan/dev/limits.ts'
import { findMetric, queryMetrics } from '../../../tooling/plan/dev/metric-query.ts'
import { toQuantile } from '../../../tooling/plan/dev/plot.ts'
import { Store } from '../../../tooling/plan/dev/store.ts'
import type { MetricAnswer } from '../../../tooling/plan/dev/api.ts'
import { toMetricPoints } from '../../../tooling/plan/dev/otlp-metrics.ts'

const START = 1_700_000_000_000

function scrape(store: Store, atMs: number, text: string): void {
  const origin = { service: 'billing', scrapedMs: START + atMs }
  for (const record of toScrapedPoints(parseExposition(text), origin))
    store.add({ kind: 'point', record }, START + atMs)
}

function find(store: Store, name: string, labels: Record<string, string> = {}): MetricAnswer {
  const found = findMetric(store, { name, labels, fromMs: START - 1, nowMs: START + 10_000 })
  if (found === undefined) throw new Error(`no metric ${name}`)
  return found
}

const counter = (value: number): string => `# TYPE sent counter\nsent_total{to="a"} ${value}\n`

describe('a counter', () => {
  test('is shown as its rate; a fall is a new beginning', () => {
    const store = new Store()
    for (const [index, value] of [10, 14, 20, 2].entries())
      scrape(store, index * 2_000, counter(value))
    const { series } = find(store, 'sent_total')
    expect(series[0]).toMatchObject({ values: [null, 2, 3, 1], last: 2, labels: { to: 'a' } })
  })

  test('that begins while its service is known begins at zero: its first step is seen', () => {
    const store = new Store()
    scrape(store, 0, '# TYPE up gauge\nup 1\n')
    scrape(store, 2_000, `# TYPE up gauge\nup 1\n${counter(8)}`)
    expect(find(store, 'sent_total').series[0]?.values).toEqual([null, 4])
  })

  test('that stands still is kept as two points', () => {
    const store = new Store()
    for (let second = 0; second < 100; second += 1) scrape(store, second * 100, counter(5))
    expect(store.metrics.pointCount).toBe(2)
  })

  test('of deltas is added up', () => {
    const store = new Store()
    for (const [index, value] of [3, 4].entries()) {
      const sum = {
        isMonotonic: true,
        aggregationTemporality: 1,
        dataPoints: [{ asInt: String(value), timeUnixNano: `${START + index * 1_000}000000` }],
      }
      const request = { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'c', sum }] }] }] }
      for (const record of toMetricPoints(request)) store.add({ kind: 'point', record }, START)
    }
    expect(find(store, 'c').series[0]).toMatchObject({ last: 7, values: [null, 4] })
  })
})

describe('a histogram', () => {
  const page = (fast: number, slow: number): string => `# TYPE d histogram
d_bucket{r="/a",le="0.1"} ${fast}
d_bucket{r="/a",le="1"} ${fast + slow} # {trace_id="${'1'.repeat(32)}",span_id="${'2'.repeat(16)}"} 0.7 1700000000.5
d_bucket{r="/a",le="+Inf"} ${fast + slow}
d_count{r="/a"} ${fast + slow}
d_sum{r="/a"} ${slow * 0.7}
# EOF
`

  test('is shown as the quantiles of what came between two scrapes, with its exemplars', () => {
    const store = new Store()
    scrape(store, 0, page(100, 0))
    scrape(store, 2_000, page(100, 10))
    const { series, kind } = find(store, 'd')
    expect(kind).toBe('histogram')
    expect(series[0]).toMatchObject({
      values: [null, 5],
      p50: [0.05, 0.55],
      exemplars: [{ traceId: '1'.repeat(32), value: 0.7, timeMs: START + 500 }],
    })
  })

  test.for([
    [[10, 0, 0], 0.5, 0.05],
    [[0, 10, 0], 0.5, 0.55],
    [[0, 0, 10], 0.5, 1],
    [[0, 0, 0], 0.5, null],
  ] as const)('of %o has the quantile %d at %o', ([counts, part, expected]) => {
    const histogram = { count: 10, sum: 0, bounds: [0.1, 1], counts }
    expect(toQuantile(histogram, part)).toBe(expected)
  })

  test('that is exponential has the bounds it stands for', () => {
    const buckets = { scale: 0, zeroCount: 1, negative: { offset: 0, counts: [] } }
    expect(toExplicitHistogram({ ...buckets, positive: { offset: 1, counts: [3, 4] } })).toEqual({
      bounds: [2, 4, 8],
      counts: [1, 3, 4, 0],
    })
  })
})

test('series are chosen by their labels, and each label tells its values', () => {
  const store = new Store()
  scrape(store, 0, '# TYPE g gauge\ng{a="1"} 1\ng{a="2",b="x"} 2\n')
  expect(find(store, 'g', { a: '2' }).series.map(({ last }) => last)).toEqual([2])
  expect(find(store, 'g').labels).toEqual({ a: ['1', '2'], b: ['x'] })
})

test('what requests move stands above what a process says of itself', () => {
  const store = new Store()
  scrape(store, 0, `${counter(1)}# TYPE nodejs_lag gauge\nnodejs_lag 1\n`)
  scrape(store, 2_000, `${counter(1)}# TYPE nodejs_lag gauge\nnodejs_lag 2\n`)
  const names = queryMetrics(store, { nowMs: START + 2_000 }).map(({ name }) => name)
  expect(names).toEqual(['sent_total', 'nodejs_lag'])
})

test('points and series are bounded: the oldest points go, further series are not taken', () => {
  const store = new Store({ ...LIMITS, points: 100, series: 3 })
  for (let index = 0; index < 300; index += 1)
    scrape(store, index * 10, `# TYPE g gauge\ng{a="${index % 5}"} ${index}\n`)
  expect(store.metrics.pointCount).toBeLessThanOrEqual(100)
  expect(store.metrics.length).toBe(3)
  expect(store.metrics.refusedSeries).toBe(2)
  expect(store.metrics.droppedPoints).toBeGreaterThan(0)
})
