import type { Exemplar, MetricFamily, Sample } from './exposition.ts'
import { OVERFLOW_LABEL } from '../convention/metric-names.ts'
import type { SeriesCap } from './series-cap.ts'

/** The trace of an observation. */
export interface ObservedTrace {
  readonly traceId: string
  readonly spanId: string
  readonly sampled: boolean
}

/** One combination of label values, with its counts per bucket. */
class Series {
  readonly values: readonly string[]
  readonly counts: Float64Array
  readonly exemplars: (Exemplar | undefined)[] = []
  sum = 0

  constructor(values: readonly string[], buckets: number) {
    this.values = values
    this.counts = new Float64Array(buckets + 1)
  }
}

/**
 * A histogram with exemplars, made for being observed on every request: an observation
 * is one look-up and two additions, and the samples are spelled on scrape. It registers with
 * prom-client like any of its own metrics; prom-client's own histogram hashes the labels each time.
 */
export class ExemplarHistogram {
  readonly name: string
  readonly help: string
  readonly type = 'histogram'
  readonly aggregator = 'sum'
  readonly #labels: readonly string[]
  readonly #buckets: readonly number[]
  readonly #cap: SeriesCap
  readonly #series = new Map<string, Series>()

  constructor(options: {
    name: string
    help: string
    labels: readonly string[]
    buckets: readonly number[]
    cap: SeriesCap
  }) {
    this.name = options.name
    this.help = options.help
    this.#labels = options.labels
    this.#buckets = options.buckets
    this.#cap = options.cap
  }

  /** Counts one value, in the metric's unit, under these label values, in the order of the labels; a sampled trace becomes its bucket's exemplar. */
  observe(values: readonly string[], value: number, trace: ObservedTrace | undefined): void {
    const series = this.#seriesOf(values)
    const bucket = this.#bucketOf(value)
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
    series.sum += value
    if (trace?.sampled !== true) return
    series.exemplars[bucket] = {
      labelSet: { trace_id: trace.traceId, span_id: trace.spanId },
      value,
      timestamp: Date.now() / 1000,
    }
  }

  /** Gives every series as samples, as prom-client's registry asks its metrics to. */
  get(): MetricFamily {
    const values = [...this.#series.values()].flatMap((series) => this.#samples(series))
    return { name: this.name, help: this.help, type: this.type, values }
  }

  /** Forgets every series. */
  reset(): void {
    this.#series.clear()
  }

  #seriesOf(values: readonly string[]): Series {
    const key = values.join('\u0000')
    const known = this.#series.get(key)
    if (known !== undefined) return known
    if (this.#series.size < this.#cap.maxSeries) return this.#add(key, values)
    this.#cap.onOverflow(this.name, this.#labels, () =>
      [...this.#series.values()].map((series) => series.values),
    )
    return (
      this.#series.get(OVERFLOW_LABEL) ??
      this.#add(
        OVERFLOW_LABEL,
        this.#labels.map(() => OVERFLOW_LABEL),
      )
    )
  }

  #add(key: string, values: readonly string[]): Series {
    const series = new Series(values, this.#buckets.length)
    this.#series.set(key, series)
    return series
  }

  #bucketOf(value: number): number {
    const { length } = this.#buckets
    for (let bucket = 0; bucket < length; bucket += 1)
      if (value <= (this.#buckets[bucket] ?? 0)) return bucket
    return length
  }

  #samples(series: Series): Sample[] {
    const labels = Object.fromEntries(
      this.#labels
        .map((name, index) => [name, series.values[index] ?? ''])
        .filter(([, value]) => value !== ''),
    )
    let cumulative = 0
    const buckets = [...series.counts].map((count, index): Sample => {
      cumulative += count
      const le = this.#buckets[index]
      return {
        metricName: `${this.name}_bucket`,
        labels: { ...labels, le: le === undefined ? '+Inf' : String(le) },
        value: cumulative,
        exemplar: series.exemplars[index],
      }
    })
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: series.sum },
      { metricName: `${this.name}_count`, labels, value: cumulative },
    ]
  }
}
