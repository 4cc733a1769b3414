import type { Limits } from './limits.ts'
import type { ExemplarRecord, HistogramValue, MetricKind, PointRecord } from './record.ts'

/** A series as it is kept: its points in columns, each since the start of the series. */
export interface StoredSeries {
  readonly name: string
  readonly kind: MetricKind
  readonly unit: string
  readonly help: string
  readonly service: string
  readonly labels: Readonly<Record<string, string>>
  readonly times: number[]
  readonly values: (number | HistogramValue)[]
  readonly exemplars: ExemplarRecord[]
  /** When its value last changed. */
  movedMs: number
}

const MAX_EXEMPLARS = 20
/** The part of the points that is let go when there are too many. */
const DROPPED_PART = 0.1

/**
 * Keeps series of metrics. A value that stays the same is kept as two points, its first and its
 * newest, so that the limit is one of changes.
 */
export class MetricStore {
  readonly #limits: Limits
  readonly #series = new Map<string, StoredSeries>()
  #pointCount = 0
  #droppedPoints = 0
  readonly #refused = new Set<string>()
  #revision = 0
  /** When each service was last heard, and the time before that. */
  readonly #heard = new Map<string, { lastMs: number; beforeMs: number | undefined }>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** How many series there are. */
  get length(): number {
    return this.#series.size
  }

  /** How many points there are. */
  get pointCount(): number {
    return this.#pointCount
  }

  /** How many points were let go. */
  get droppedPoints(): number {
    return this.#droppedPoints
  }

  /** How many series were not taken. */
  get refusedSeries(): number {
    return this.#refused.size
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision
  }

  /** Adds one point. */
  add(point: PointRecord): void {
    this.#hear(point)
    const series = this.#find(point)
    if (series === undefined) return
    this.#revision += 1
    const last = series.values.at(-1)
    const value = point.isDelta ? addUp(last, point.value) : point.value
    for (const exemplar of point.exemplars) addExemplar(series, exemplar)
    if (last !== undefined && isSameValue(last, value) && this.#extend(series, point.timeMs, last))
      return
    if (last !== undefined && !isSameValue(last, value)) series.movedMs = point.timeMs
    this.#push(series, point.timeMs, value)
    if (this.#pointCount > this.#limits.points) this.#dropOldest()
  }

  /** All series. */
  all(): Iterable<StoredSeries> {
    return this.#series.values()
  }

  /** Forgets everything. */
  clear(): void {
    this.#series.clear()
    this.#refused.clear()
    this.#pointCount = 0
    this.#droppedPoints = 0
    this.#revision += 1
  }

  #find(point: PointRecord): StoredSeries | undefined {
    const key = keyOf(point)
    const known = this.#series.get(key)
    if (known !== undefined) return known
    if (this.#series.size >= this.#limits.series) {
      if (this.#refused.size < this.#limits.series) this.#refused.add(key)
      return undefined
    }
    const { name, kind, unit, help, service, labels, timeMs } = point
    const opened = { name, kind, unit, help, service, labels }
    const series = { ...opened, times: [], values: [], exemplars: [], movedMs: timeMs }
    this.#series.set(key, series)
    this.#beginAtZero(series, point)
    return series
  }

  #hear({ service, timeMs }: PointRecord): void {
    const heard = this.#heard.get(service)
    if (heard === undefined) this.#heard.set(service, { lastMs: timeMs, beforeMs: undefined })
    else if (timeMs > heard.lastMs) {
      heard.beforeMs = heard.lastMs
      heard.lastMs = timeMs
    }
  }

  /** A count that was not there when its service was last heard was zero then: its first step is to be seen. */
  #beginAtZero(series: StoredSeries, { kind, value, service, timeMs, isDelta }: PointRecord): void {
    const beforeMs = this.#heard.get(service)?.beforeMs
    if (kind === 'gauge' || beforeMs === undefined || beforeMs >= timeMs || isDelta) return
    this.#push(series, beforeMs, typeof value === 'number' ? 0 : toZero(value))
  }

  /** Moves the newest of two equal points to now; false when there is one only. */
  #extend(series: StoredSeries, timeMs: number, last: number | HistogramValue): boolean {
    const before = series.values.at(-2)
    if (before === undefined || !isSameValue(before, last)) return false
    series.times[series.times.length - 1] = timeMs
    return true
  }

  #push(series: StoredSeries, timeMs: number, value: number | HistogramValue): void {
    series.times.push(timeMs)
    series.values.push(value)
    this.#pointCount += weightOf(value)
  }

  /** Lets the oldest points of every series go, and series that have none left. */
  #dropOldest(): void {
    const all = [...this.#series.values()].flatMap((series) => series.times)
    const times = all.toSorted((a, b) => a - b)
    const cut = times[Math.ceil(times.length * DROPPED_PART)] ?? 0
    for (const [key, series] of this.#series) {
      const kept = series.times.findIndex((time) => time >= cut)
      const count = kept === -1 ? series.times.length : kept
      series.times.splice(0, count)
      for (const value of series.values.splice(0, count)) this.#pointCount -= weightOf(value)
      this.#droppedPoints += count
      if (series.times.length === 0) this.#series.delete(key)
    }
  }
}

/** A distribution takes as much memory as several numbers. */
function weightOf(value: number | HistogramValue): number {
  return typeof value === 'number' ? 1 : 1 + Math.ceil(value.counts.length / 4)
}

function keyOf({ service, name, labels }: PointRecord): string {
  const pairs = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([service, name, pairs])
}

function addExemplar(series: StoredSeries, exemplar: ExemplarRecord): void {
  const isKnown = series.exemplars.some(
    ({ traceId, value }) => traceId === exemplar.traceId && value === exemplar.value,
  )
  if (isKnown) return
  series.exemplars.push(exemplar)
  if (series.exemplars.length > MAX_EXEMPLARS) series.exemplars.shift()
}

function isSameValue(a: number | HistogramValue, b: number | HistogramValue): boolean {
  if (typeof a === 'number' || typeof b === 'number') return Object.is(a, b)
  return a.count === b.count && a.sum === b.sum
}

function toZero({ bounds, counts }: HistogramValue): HistogramValue {
  return { count: 0, sum: 0, bounds, counts: counts.map(() => 0) }
}

/** Adds what came since the last point to what there was. */
function addUp(
  before: number | HistogramValue | undefined,
  value: number | HistogramValue,
): number | HistogramValue {
  if (before === undefined || typeof before !== typeof value) return value
  if (typeof before === 'number') return before + (value as number)
  const added = value as HistogramValue
  const sameBounds = before.bounds.length === added.bounds.length
  return {
    count: before.count + added.count,
    sum: before.sum + added.sum,
    bounds: added.bounds,
    counts: added.counts.map(
      (count, index) => count + (sameBounds ? (before.counts[index] ?? 0) : 0),
    ),
  }
}
