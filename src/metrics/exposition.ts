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

/** Picks the format a scraper prefers by its `accept` header; OpenMetrics where both are as good. */
export function toFormat(accept: string | undefined): ExpositionFormat {
  const preferenceOf = (type: string): number =>
    Math.max(0, ...(accept ?? '').split(',').map((range) => qualityOf(range, type)))
  const openMetrics = preferenceOf('application/openmetrics-text')
  return openMetrics > 0 && openMetrics >= preferenceOf('text/plain') ? 'openmetrics' : 'text'
}

/** The `q` of a media range when it is of this type: 1 when it is absent, 0 of another type. Source: RFC 9110 §12.5.1. */
function qualityOf(range: string, type: string): number {
  const [name, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  if (name !== type) return 0
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  return quality === undefined ? 1 : Number(quality.slice(2)) || 0
}

/** A metric as a registry holds it. */
interface Metric {
  readonly name: string
  get(): Promise<MetricFamily> | MetricFamily
}

/**
 * Gives every metric of a registry as text. One that cannot be read is left out, and `onBroken` is told.
 *
 * Not `registry.metrics()`: in prom-client 15 a scrape in OpenMetrics strips `_total` from the
 * counters for every later scrape in the other format, and the format is state of the registry.
 */
export async function expose(
  registry: Registry,
  format: ExpositionFormat,
  onBroken: (metric: string, error: unknown) => void = () => undefined,
): Promise<string> {
  const metrics = registry.getMetricsAsArray() as unknown as readonly Metric[]
  const spelled = await Promise.all(
    metrics.map(async (metric) => {
      try {
        return spellFamily(await metric.get(), format)
      } catch (error) {
        onBroken(metric.name, error)
        return ''
      }
    }),
  )
  return `${spelled.join('')}${format === 'openmetrics' ? '# EOF\n' : ''}`
}

/** A counter's samples end in `_total` in both formats, whatever it was called, so that a series does not change its name with the scraper. */
function spellFamily(family: MetricFamily, format: ExpositionFormat): string {
  const isCounter = family.type === 'counter'
  const base = isCounter ? family.name.replace(/_total$/, '') : family.name
  const full = isCounter ? `${base}_total` : family.name
  const head = format === 'openmetrics' ? base : full
  let text = `# HELP ${head} ${escapeHelp(family.help, format)}\n# TYPE ${head} ${family.type}\n`
  for (const sample of family.values) {
    const name = isCounter ? full : (sample.metricName ?? full)
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

/** Only OpenMetrics has quotes escaped in a help text. */
function escapeHelp(text: string, format: ExpositionFormat): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return format === 'openmetrics' ? escaped.replaceAll('"', '\\"') : escaped
}

function escapeLabel(text: string): string {
  return /[\\\n"]/.test(text)
    ? text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
    : text
}
