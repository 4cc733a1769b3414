import type { PlottedSeries } from './api.ts'
import type { StoredSeries } from './metric-store.ts'
import type { HistogramValue } from './record.ts'

const MAX_PLOTTED = 240

type Cell = number | null

/** Gives a series as it is plotted from `fromMs` on: a counter as its rate, a histogram as rate and quantiles. */
export function toPlottedSeries(series: StoredSeries, fromMs: number): PlottedSeries {
  const first = Math.max(
    0,
    series.times.findLastIndex((time) => time < fromMs),
  )
  const picked = thin(series.times.length - first, MAX_PLOTTED).map((offset) => first + offset)
  const times = picked.map((index) => series.times[index] ?? 0)
  const values = picked.map((index) => series.values[index] ?? 0)
  const last = series.values.at(-1) ?? 0
  return {
    service: series.service,
    labels: series.labels,
    times,
    ...toColumns(series.kind === 'gauge', times, values),
    last: countOf(last),
    ...(typeof last === 'number' || last.count === 0 ? {} : { mean: last.sum / last.count }),
    exemplars: series.exemplars.filter(({ timeMs }) => timeMs >= fromMs),
    movedMs: series.movedMs,
  }
}

function toColumns(
  isGauge: boolean,
  times: readonly number[],
  values: readonly (number | HistogramValue)[],
): Pick<PlottedSeries, 'values' | 'p50' | 'p95'> {
  if (isGauge) return { values: values.map((value) => finite(countOf(value))) }
  const rates = values.map((_, index) => toRate(times, values, index))
  const hasBuckets = values.some((value) => typeof value !== 'number' && value.bounds.length > 0)
  if (!hasBuckets) return { values: rates }
  const between = values.map((value, index) => toDifference(values[index - 1], value))
  return {
    values: rates,
    p50: between.map((value) => toQuantile(value, 0.5)),
    p95: between.map((value) => toQuantile(value, 0.95)),
  }
}

/** A series that begins while we look began at 0; a count that falls has begun anew. */
function toRate(
  times: readonly number[],
  values: readonly (number | HistogramValue)[],
  index: number,
): Cell {
  const [time, before] = [times[index], times[index - 1]]
  if (time === undefined || before === undefined || time <= before) return null
  const count = countOf(values[index] ?? 0)
  const grown = count - countOf(values[index - 1] ?? 0)
  return finite((grown < 0 ? count : grown) / ((time - before) / 1000))
}

function toDifference(
  before: number | HistogramValue | undefined,
  value: number | HistogramValue,
): HistogramValue | undefined {
  if (typeof value === 'number') return undefined
  if (before === undefined || typeof before === 'number' || before.count > value.count) return value
  if (before.counts.length !== value.counts.length) return value
  return {
    ...value,
    count: value.count - before.count,
    sum: value.sum - before.sum,
    counts: value.counts.map((count, index) => count - (before.counts[index] ?? 0)),
  }
}

/** Gives a quantile by the buckets, linear within one. Source: Prometheus' histogram_quantile. */
export function toQuantile(histogram: HistogramValue | undefined, part: number): Cell {
  if (histogram === undefined) return null
  const { bounds, counts } = histogram
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total <= 0 || bounds.length === 0) return null
  const rank = total * part
  let below = 0
  for (const [index, count] of counts.entries()) {
    if (below + count >= rank && count > 0) {
      const lower = index === 0 ? Math.min(0, bounds[0] ?? 0) : (bounds[index - 1] ?? 0)
      const upper = bounds[index]
      return upper === undefined ? lower : lower + (upper - lower) * ((rank - below) / count)
    }
    below += count
  }
  return bounds.at(-1) ?? null
}

function countOf(value: number | HistogramValue): number {
  return typeof value === 'number' ? value : value.count
}

function finite(value: number): Cell {
  return Number.isFinite(value) ? value : null
}

/** Gives at most `most` of the indices 0 to `length`, evenly, with both ends. */
function thin(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, index) => index)
  return Array.from({ length: most }, (_, index) => Math.round((index * (length - 1)) / (most - 1)))
}
