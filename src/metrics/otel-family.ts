import type { Attributes } from '@opentelemetry/api'
import { OVERFLOW_LABEL } from '../convention/metric-names.ts'
import type { ObservedTrace } from './exemplar-histogram.ts'
import type { Exemplar, MetricFamily, Sample } from './exposition.ts'
import { type FamilyType, toLabelName } from './otel-names.ts'
import { LatestAttributes } from './latest-attributes.ts'
import type { SeriesCap } from './series-cap.ts'

type Labels = Readonly<Record<string, string>>

/** One combination of attributes, with what was measured under it. */
interface Series {
  readonly labels: Labels
  value: number
  readonly counts: number[]
  readonly exemplars: (Exemplar | undefined)[]
}

/** What a family is made with; the name and the buckets are Prometheus'. */
export interface FamilyOptions {
  readonly name: string
  readonly help: string
  readonly type: FamilyType
  /** Upper bounds, ascending; only of a histogram. */
  readonly buckets: readonly number[]
  readonly cap: SeriesCap
}

/**
 * A metric whose labels are not known beforehand, as OpenTelemetry's attributes are not. It registers
 * with prom-client like any of its own, whose metrics all need their labels declared.
 */
export class OtelFamily {
  readonly name: string
  readonly help: string
  readonly type: FamilyType
  readonly aggregator = 'sum'
  readonly #buckets: readonly number[]
  readonly #cap: SeriesCap
  readonly #series = new Map<string, Series>()
  /** The same by attributes as they are given: an instrumentation gives them in the same order each time. */
  readonly #given = new Map<string, Series>()
  readonly #latest = new LatestAttributes<Series>()
  /** Awaited before the samples are given: observable instruments are asked for their values then. */
  collect: (() => Promise<void>) | undefined = undefined

  constructor({ name, help, type, buckets, cap }: FamilyOptions) {
    this.name = name
    this.help = help
    this.type = type
    this.#buckets = buckets
    this.#cap = cap
  }

  add(value: number, attributes: Attributes): void {
    this.#seriesOf(attributes).value += value
  }

  set(value: number, attributes: Attributes): void {
    this.#seriesOf(attributes).value = value
  }

  observe(value: number, attributes: Attributes, trace: ObservedTrace | undefined): void {
    const series = this.#seriesOf(attributes)
    const found = this.#buckets.findIndex((bound) => value <= bound)
    const bucket = found === -1 ? this.#buckets.length : found
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
    series.value += value
    if (trace?.sampled === true)
      series.exemplars[bucket] = {
        labelSet: { trace_id: trace.traceId, span_id: trace.spanId },
        value,
        timestamp: Date.now() / 1000,
      }
  }

  /** Gives every series as samples, as prom-client's registry asks its metrics to. */
  async get(): Promise<MetricFamily> {
    await this.collect?.()
    const values = [...this.#series.values()].flatMap((series) => this.#samples(series))
    return { name: this.name, help: this.help, type: this.type, values }
  }

  /** Forgets every series. */
  reset(): void {
    this.#series.clear()
    this.#given.clear()
    this.#latest.clear()
  }

  #seriesOf(attributes: Attributes): Series {
    const latest = this.#latest.find(attributes)
    if (latest !== undefined) return latest
    const given = toGivenKey(attributes)
    const series = this.#given.get(given) ?? this.#findSeries(attributes)
    if (series === this.#series.get(OVERFLOW_LABEL)) return series
    this.#latest.note(attributes, series)
    if (this.#given.size < this.#cap.maxSeries) this.#given.set(given, series)
    return series
  }

  #findSeries(attributes: Attributes): Series {
    const labels = toLabels(attributes)
    const key = JSON.stringify(labels)
    const known = this.#series.get(key)
    if (known !== undefined) return known
    if (this.#series.size < this.#cap.maxSeries) return this.#open(key, labels)
    const names = Object.keys(labels)
    this.#cap.onOverflow(this.name, names, () =>
      [...this.#series.values()].map((series) => names.map((name) => series.labels[name] ?? '')),
    )
    return (
      this.#series.get(OVERFLOW_LABEL) ??
      this.#open(OVERFLOW_LABEL, Object.fromEntries(names.map((name) => [name, OVERFLOW_LABEL])))
    )
  }

  #open(key: string, labels: Labels): Series {
    const counts = this.#buckets.map(() => 0)
    const series = { labels, value: 0, counts: [...counts, 0], exemplars: [] }
    this.#series.set(key, series)
    return series
  }

  #samples({ labels, value, counts, exemplars }: Series): Sample[] {
    if (this.type !== 'histogram') return [{ labels, value }]
    let cumulative = 0
    const buckets = counts.map((count, index): Sample => {
      cumulative += count
      const bound = this.#buckets[index]
      return {
        metricName: `${this.name}_bucket`,
        labels: { ...labels, le: bound === undefined ? '+Inf' : String(bound) },
        value: cumulative,
        exemplar: exemplars[index],
      }
    })
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value },
      { metricName: `${this.name}_count`, labels, value: cumulative },
    ]
  }
}

/** With the length of each value: no value can look like the end of itself. */
function toGivenKey(attributes: Attributes): string {
  let key = ''
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null) continue
    const text = spellValue(value)
    key += `${name}=${text.length}:${text};`
  }
  return key
}

/** Sorted, so that the same attributes in another order are the same series. */
function toLabels(attributes: Attributes): Labels {
  const entries = Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [toLabelName(name), spellValue(value)])
  return Object.fromEntries(entries.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)))
}

/** What is no attribute, as a function, has no spelling. */
function spellValue(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
