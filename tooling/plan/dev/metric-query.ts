import type { MetricAnswer, MetricSummary } from './api.ts'
import type { StoredSeries } from './metric-store.ts'
import { toPlottedSeries } from './plot.ts'
import type { Store } from './store.ts'

/** Which series of a metric are asked for. */
export interface MetricQuery {
  readonly name: string
  readonly service?: string
  readonly labels: Readonly<Record<string, string>>
  readonly fromMs: number
  readonly nowMs: number
}

const MAX_SERIES = 40
const MIN_SHOWN_MS = 60_000
const SPARK_MS = 5 * 60_000
const SPARK_CELLS = 40

/** Gives every metric, the one that moved last first. */
export function queryMetrics(
  store: Store,
  query: { service?: string; nowMs: number },
): MetricSummary[] {
  const { service, nowMs } = query
  const wanted = [...store.metrics.all()].filter(
    (series) => service === undefined || series.service === service,
  )
  return [...Map.groupBy(wanted, ({ name }) => name).values()]
    .map((members) => toSummary(members, nowMs))
    .toSorted(
      (a, b) =>
        Number(isOfProcess(a)) - Number(isOfProcess(b)) ||
        b.movedMs - a.movedMs ||
        (a.name < b.name ? -1 : 1),
    )
}

/** What a process says of itself always moves: it stands below what requests move. */
function isOfProcess({ name }: MetricSummary): boolean {
  return /^(?:nodejs[._]|process[._]|v8js?[._]|servicex_telemetry_|build_info$|target_info$)/.test(
    name,
  )
}

/** Gives one metric with its series as they are plotted; `undefined` when there is none of the name. */
export function findMetric(store: Store, query: MetricQuery): MetricAnswer | undefined {
  const { name, service, labels, fromMs, nowMs } = query
  const all = [...store.metrics.all()].filter((series) => series.name === name)
  const [first] = all
  if (first === undefined) return undefined
  const wanted = Object.entries(labels)
  const fitting = all
    .filter(
      (series) =>
        (service === undefined || series.service === service) &&
        wanted.every(([label, value]) => series.labels[label] === value),
    )
    .toSorted((a, b) => b.movedMs - a.movedMs)
  const shownFromMs = toShownFrom(fitting, fromMs, nowMs)
  return {
    ...toFamily(first),
    fromMs: shownFromMs,
    toMs: nowMs,
    series: fitting.slice(0, MAX_SERIES).map((series) => toPlottedSeries(series, shownFromMs)),
    omitted: Math.max(0, fitting.length - MAX_SERIES),
    labels: toLabelValues(all),
  }
}

/** A time before anything was known is not shown; a minute is, always. */
function toShownFrom(all: readonly StoredSeries[], fromMs: number, nowMs: number): number {
  const firstMs = Math.min(...all.map(({ times }) => times[0] ?? nowMs))
  return Math.min(Math.max(fromMs, firstMs), Math.max(fromMs, nowMs - MIN_SHOWN_MS))
}

function toSummary(members: readonly StoredSeries[], nowMs: number): MetricSummary {
  return {
    ...toFamily(members[0] as StoredSeries),
    services: [...new Set(members.map(({ service }) => service))],
    seriesCount: members.length,
    movedMs: Math.max(...members.map(({ movedMs }) => movedMs)),
    sparkline: toSparkline(members, nowMs),
  }
}

function toFamily({
  name,
  kind,
  unit,
  help,
}: StoredSeries): Pick<MetricSummary, 'name' | 'kind' | 'unit' | 'help'> {
  return { name, kind, unit, help }
}

/** Adds up what the series show, in slots of time. */
function toSparkline(members: readonly StoredSeries[], nowMs: number): number[] {
  const total = Array.from({ length: SPARK_CELLS }, () => 0)
  for (const series of members.slice(0, MAX_SERIES))
    for (const [cell, value] of toCells(series, nowMs - SPARK_MS).entries())
      total[cell] = (total[cell] ?? 0) + value
  return total
}

/** Gives the greatest value of each slot; a gauge keeps its value until the next. */
function toCells(series: StoredSeries, fromMs: number): number[] {
  const { times, values } = toPlottedSeries(series, fromMs)
  const cells = Array.from({ length: SPARK_CELLS }, () => Number.NaN)
  for (const [index, time] of times.entries()) {
    const cell = Math.min(SPARK_CELLS - 1, Math.floor(((time - fromMs) / SPARK_MS) * SPARK_CELLS))
    const value = values[index] ?? Number.NaN
    if (cell >= 0 && !(value <= (cells[cell] ?? 0))) cells[cell] = value
  }
  let last = 0
  return cells.map((value) => {
    if (Number.isNaN(value)) return series.kind === 'gauge' ? last : 0
    last = value
    return value
  })
}

function toLabelValues(all: readonly StoredSeries[]): Record<string, string[]> {
  const values = new Map<string, Set<string>>()
  for (const { labels } of all)
    for (const [label, value] of Object.entries(labels)) {
      const known = values.get(label) ?? new Set()
      values.set(label, known.add(value))
    }
  return Object.fromEntries(
    [...values].map(([label, known]) => [label, [...known].toSorted().slice(0, 200)]),
  )
}
