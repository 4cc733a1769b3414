import { Counter, Registry } from 'prom-client'
import { MAX_SERIES, METRIC } from '../convention/metric-names.ts'
import { explodedLabel, type SeriesCap } from './series-cap.ts'

/** The registry behind `/metrics`; prom-client metrics of the app's own may be registered here too. */
export const registry: Registry = new Registry()

/** Told once per metric whose series exceed the cap, and once per misuse. */
export type MetricWarning = (fields: Readonly<Record<string, unknown>>, message: string) => void

/** What was warned of before there was anybody to tell. */
const early: Parameters<MetricWarning>[] = []
let warn: MetricWarning = (...warning) => void early.push(warning)
let maxSeries: number = MAX_SERIES
const warned = new Set<string>()

const overflows: Counter<'metric'> = new Counter({
  name: METRIC.seriesOverflow,
  help: 'Observations that were folded into the series "overflow" because the metric had too many series',
  labelNames: ['metric'],
  registers: [registry],
})

/** The cap that every metric of this process is under. */
export const seriesCap: SeriesCap = {
  get maxSeries() {
    return maxSeries
  },
  onOverflow(metric, labels, seen) {
    overflows.inc({ metric })
    if (warned.has(metric)) return
    const { label, values } = explodedLabel(labels, seen())
    warnOnce(
      metric,
      { metric, label, values, max_series: maxSeries },
      `metric ${metric} has too many series: label ${label} took ${values} values`,
    )
  },
}

/** Puts the settings in force; metrics declared earlier are under them too, and what was wrong so far is told now. */
export function configureRegistry(settings: { maxSeries: number; warn: MetricWarning }): void {
  maxSeries = settings.maxSeries
  warn = settings.warn
  for (const warning of early.splice(0)) warn(...warning)
}

/** Warns of one thing once in the life of the process. */
export function warnOnce(
  key: string,
  fields: Readonly<Record<string, unknown>>,
  message: string,
): void {
  if (warned.has(key)) return
  warned.add(key)
  warn(fields, message)
}
