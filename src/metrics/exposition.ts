import type { Registry } from 'prom-client'

/** The two formats Prometheus reads; only OpenMetrics carries exemplars. */
export type ExpositionFormat = 'openmetrics' | 'text'

/** The `content-type` of each format. */
export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  text: 'text/plain; version=0.0.4; charset=utf-8',
}

/** One sample of a metric, as prom-client's metrics and ours give it. */
export interface Sample {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number>>
  readonly metricName?: string
  readonly exemplar?: Exemplar | null | undefined
}

/** A trace that stands for a bucket's observations. */
export interface Exemplar {
  readonly labelSet: Readonly<Record<string, string>>
  readonly value: number
  /** Unix seconds, with fractions. */
  readonly timestamp: number
}

/** A metric with all its samples. */
export interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly values: readonly Sample[]
}

/** Picks the format a scraper prefers by its `accept` header. */
export function toFormat(accept: string | undefined): ExpositionFormat {
  return accept?.includes('application/openmetrics-text') === true ? 'openmetrics' : 'text'
}

/**
 * Gives every metric of a registry as text.
 *
 * Not `registry.metrics()`: in prom-client 15 a scrape in OpenMetrics strips `_total` from the
 * counters for every later scrape in the other format, and the format is state of the registry.
 */
export async function expose(registry: Registry, format: ExpositionFormat): Promise<string> {
  const metrics = registry.getMetricsAsArray() as unknown as {
    get(): Promise<MetricFamily> | MetricFamily
  }[]
  const families = await Promise.all(metrics.map(async (metric) => metric.get()))
  const text = families.map((family) => spellFamily(family, format)).join('')
  return format === 'openmetrics' ? `${text}# EOF\n` : text
}

function spellFamily(family: MetricFamily, format: ExpositionFormat): string {
  const counter = family.type === 'counter'
  const base = counter ? family.name.replace(/_total$/, '') : family.name
  const head = format === 'openmetrics' ? base : family.name
  const sampleName = counter && format === 'openmetrics' ? `${base}_total` : family.name
  let text = `# HELP ${head} ${escapeHelp(family.help)}\n# TYPE ${head} ${family.type}\n`
  for (const sample of family.values) {
    const name = counter ? sampleName : (sample.metricName ?? sampleName)
    text += `${name}${spellLabels(sample.labels)} ${spellNumber(sample.value)}${format === 'openmetrics' ? spellExemplar(sample.exemplar) : ''}\n`
  }
  return text
}

function spellLabels(labels: Sample['labels']): string {
  let text = ''
  for (const name of Object.keys(labels)) {
    text += `${text === '' ? '' : ','}${name}="${escapeLabel(String(labels[name]))}"`
  }
  return text === '' ? '' : `{${text}}`
}

function spellExemplar(exemplar: Sample['exemplar']): string {
  if (exemplar === undefined || exemplar === null) return ''
  return ` # ${spellLabels(exemplar.labelSet)} ${spellNumber(exemplar.value)} ${exemplar.timestamp.toFixed(3)}`
}

function spellNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

function escapeLabel(text: string): string {
  return /[\\\n"]/.test(text)
    ? text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
    : text
}
