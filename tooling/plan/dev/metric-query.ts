import type { MetricAnswer, MetricSummary } from './api.ts'
import type { StoredSeries } from './metric-store.ts'
import { toPlottedSeries, toRates } from './plot.ts'
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
  return /^(?:nodejs|process|v8js?)[._]/.test(name)
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
  return {
    ...toFamily(first),
    fromMs,
    toMs: nowMs,
    series: fitting.slice(0, MAX_SERIES).map((series) => toPlottedSeries(series, fromMs)),
    omitted: Math.max(0, fitting.length - MAX_SERIES),
    labels: toLabelValues(all),
  }
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
  const cells = Array.from({ length: SPARK_CELLS }, () => 0)
  for (const series of members.slice(0, MAX_SERIES)) {
    const fromMs = nowMs - SPARK_MS
    const { times } = toPlottedSeries(series, fromMs)
    const values = toRates(series, fromMs)
    let at = 0
    for (let cell = 0; cell < SPARK_CELLS; cell += 1) {
      const endMs = fromMs + ((cell + 1) * SPARK_MS) / SPARK_CELLS
      while (at < times.length - 1 && (times[at + 1] ?? Infinity) <= endMs) at += 1
      if ((times[at] ?? Infinity) <= endMs) cells[cell] = (cells[cell] ?? 0) + (values[at] ?? 0)
    }
  }
  return cells
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
