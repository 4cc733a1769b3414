import type { Exemplar, MetricFamily, Sample } from './exposition.ts'
import { OVERFLOW_LABEL } from '../convention/metric-names.ts'
import type { SeriesCap } from './series-cap.ts'

/** The trace of an observation. */
export interface ObservedTrace {
  readonly traceId: string
  readonly spanId: string
  readonly sampled: boolean
}

/** Written over by the next one of its bucket, so that a request makes no object of it. */
interface Observation {
  traceId: string
  spanId: string
  value: number
  timeMs: number
}

/** One combination of label values, with its counts per bucket. */
class Series {
  readonly values: readonly string[]
  readonly counts: Float64Array
  /** The latest observation with a sampled trace, by bucket. */
  readonly latest: (Observation | undefined)[] = []
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
  #series: Series[] = []
  #index: SeriesIndex = new Map()

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
    const latest = (series.latest[bucket] ??= { traceId: '', spanId: '', value: 0, timeMs: 0 })
    latest.traceId = trace.traceId
    latest.spanId = trace.spanId
    latest.value = value
    latest.timeMs = Date.now()
  }

  /** Gives every series as samples, as prom-client's registry asks its metrics to. */
  get(): MetricFamily {
    const values = this.#series.flatMap((series) => this.#samples(series))
    return { name: this.name, help: this.help, type: this.type, values }
  }

  /** Forgets every series. */
  reset(): void {
    this.#series = []
    this.#index = new Map()
  }

  #seriesOf(given: readonly string[]): Series {
    const values = given.length === 0 ? NO_LABELS : given
    const known = find(this.#index, values)
    if (known !== undefined) return known
    if (this.#series.length < this.#cap.maxSeries) return this.#add(values)
    this.#cap.onOverflow(this.name, this.#labels, () => this.#series.map((series) => series.values))
    const overflow = values.map(() => OVERFLOW_LABEL)
    return find(this.#index, overflow) ?? this.#add(overflow)
  }

  #add(values: readonly string[]): Series {
    const series = new Series(values, this.#buckets.length)
    this.#series.push(series)
    insert(this.#index, values, series)
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
        exemplar: toExemplar(series.latest[index]),
      }
    })
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: series.sum },
      { metricName: `${this.name}_count`, labels, value: cumulative },
    ]
  }
}

function toExemplar(latest: Observation | undefined): Exemplar | undefined {
  if (latest === undefined) return undefined
  const { traceId, spanId, value, timeMs } = latest
  return { labelSet: { trace_id: traceId, span_id: spanId }, value, timestamp: timeMs / 1000 }
}

/** What stands for no labels at all: a place in the index. */
const NO_LABELS: readonly string[] = ['']

/** Series by their first label's value, then by their second's, and so on: looking one up joins and hashes no strings. */
type SeriesIndex = Map<string, SeriesIndex | Series>

function find(index: SeriesIndex, values: readonly string[]): Series | undefined {
  let node: SeriesIndex | Series | undefined = index
  for (let depth = 0; depth < values.length && node !== undefined; depth += 1) {
    node = (node as SeriesIndex).get(values[depth] ?? '')
  }
  return node as Series | undefined
}

function insert(index: SeriesIndex, values: readonly string[], series: Series): void {
  let node = index
  for (const value of values.slice(0, -1)) {
    const next =
      (node.get(value) as SeriesIndex | undefined) ?? new Map<string, SeriesIndex | Series>()
    node.set(value, next)
    node = next
  }
  node.set(values.at(-1) ?? '', series)
}
