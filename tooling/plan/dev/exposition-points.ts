import type {
  Exemplar,
  Exposition,
  Labels,
  MetricFamily,
  Sample,
} from '../../../src/wire/exposition.ts'
import type { ExemplarRecord, HistogramValue, MetricKind, PointRecord } from './record.ts'

/** What is known of a page of metrics before it is read. */
export interface ScrapeOrigin {
  readonly service: string
  readonly scrapedMs: number
}

/** Names that tell of the scrape itself, not of the service. */
const IGNORED = /_created$/

/** Gives the points of one `/metrics` page; an info or a summary's quantile is a gauge. */
export function toScrapedPoints(page: Exposition, origin: ScrapeOrigin): PointRecord[] {
  return page.families.flatMap((family) =>
    family.type === 'histogram' ? toHistograms(family, origin) : toNumbers(family, origin),
  )
}

function toNumbers(family: MetricFamily, origin: ScrapeOrigin): PointRecord[] {
  return family.samples
    .filter(({ name, value }) => !IGNORED.test(name) && Number.isFinite(value))
    .map((sample) => ({
      ...toShared(family, origin),
      name: sample.name,
      kind: toKind(family.type, sample.name),
      labels: sample.labels,
      value: sample.value,
      exemplars: sample.exemplar === undefined ? [] : toExemplars(sample.exemplar, origin),
    }))
}

function toHistograms(family: MetricFamily, origin: ScrapeOrigin): PointRecord[] {
  const members = Map.groupBy(family.samples, ({ labels }) => JSON.stringify(withoutBound(labels)))
  return [...members.values()].map((samples) => {
    return {
      ...toShared(family, origin),
      name: family.name,
      kind: 'histogram',
      labels: withoutBound(samples[0]?.labels ?? {}),
      value: toHistogram(family.name, samples),
      exemplars: samples.flatMap(({ exemplar }) =>
        exemplar === undefined ? [] : toExemplars(exemplar, origin),
      ),
    }
  })
}

/** A bucket of the page counts all that is at most its bound; ours count each on its own. */
function toHistogram(name: string, samples: readonly Sample[]): HistogramValue {
  const buckets = samples
    .filter((sample) => sample.name === `${name}_bucket`)
    .map(({ labels, value }) => ({ bound: toBound(labels['le']), value }))
    .toSorted((a, b) => a.bound - b.bound)
  const of = (suffix: string): number =>
    samples.find((sample) => sample.name === name + suffix)?.value ?? 0
  return {
    count: of('_count'),
    sum: of('_sum'),
    bounds: buckets.map(({ bound }) => bound).filter(Number.isFinite),
    counts: buckets.map(({ value }, index) => value - (buckets[index - 1]?.value ?? 0)),
  }
}

function withoutBound(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== 'le'))
}

function toBound(le: string | undefined): number {
  return le === undefined || /inf/i.test(le) ? Infinity : Number(le)
}

function toShared(
  family: MetricFamily,
  { service, scrapedMs }: ScrapeOrigin,
): Pick<PointRecord, 'service' | 'unit' | 'help' | 'timeMs' | 'isDelta'> {
  const unit =
    family.unit === ''
      ? (UNITS.find((word) => family.name.includes(`_${word}`)) ?? '')
      : family.unit
  return { service, unit, help: family.help, timeMs: scrapedMs, isDelta: false }
}

const UNITS = ['seconds', 'bytes', 'ratio']

function toKind(type: string, name: string): MetricKind {
  const isCounter = type === 'counter' || (type === 'summary' && /_(?:count|sum)$/.test(name))
  return isCounter ? 'counter' : 'gauge'
}

function toExemplars(exemplar: Exemplar, { scrapedMs }: ScrapeOrigin): ExemplarRecord[] {
  const { trace_id: traceId, span_id: spanId } = exemplar.labels
  if (traceId === undefined) return []
  const { timestampSeconds, value } = exemplar
  const timeMs = timestampSeconds === undefined ? scrapedMs : timestampSeconds * 1000
  return [{ timeMs, value, traceId, ...(spanId === undefined ? {} : { spanId }) }]
}
