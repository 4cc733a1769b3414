import {
  toAttributes,
  toBigInt,
  toHex,
  toMessage,
  toMessages,
  toNumber,
  toText,
  type Message,
} from '../../../src/wire/otlp-values.ts'
import { toExplicitHistogram, type ExponentialBuckets } from './exponential-histogram.ts'
import { RECORD_LIMITS } from './limits.ts'
import { clip, toFields } from './plain-value.ts'
import type { ExemplarRecord, HistogramValue, MetricKind, PointRecord } from './record.ts'
import { toMs, toServiceOf } from './span-record.ts'

/** The value of AggregationTemporality that says: since the last report. Source: OpenTelemetry, metrics.proto. */
const DELTA = 1

type ReadValue = (point: Message) => number | HistogramValue

/**
 * Gives the points of an ExportMetricsServiceRequest, decoded from protobuf or parsed from OTLP
 * JSON. Throws, naming the field, on a value of the wrong type.
 */
export function toMetricPoints(request: unknown): PointRecord[] {
  return toMessages(toMessage(request, 'request'), 'resourceMetrics').flatMap((resourceMetrics) => {
    const service = toServiceOf(toAttributes(toMessage(resourceMetrics['resource'], 'resource')))
    return toMessages(resourceMetrics, 'scopeMetrics').flatMap((scopeMetrics) =>
      toMessages(scopeMetrics, 'metrics').flatMap((metric) => toPoints(metric, service)),
    )
  })
}

function toPoints(metric: Message, service: string): PointRecord[] {
  const found = FORMS.find(({ field }) => metric[field] !== undefined && metric[field] !== null)
  if (found === undefined) return []
  const data = toMessage(metric[found.field], found.field)
  const kind = found.field === 'sum' && data['isMonotonic'] !== true ? 'gauge' : found.kind
  const shared = {
    service,
    name: clip(toText(metric, 'name'), RECORD_LIMITS.nameChars),
    kind,
    unit: clip(toText(metric, 'unit'), RECORD_LIMITS.nameChars),
    help: clip(toText(metric, 'description'), RECORD_LIMITS.nameChars),
    isDelta: toNumber(data, 'aggregationTemporality') === DELTA,
  }
  return toMessages(data, 'dataPoints').map((point) => ({
    ...shared,
    labels: toLabels(point),
    timeMs: toMs(toBigInt(point, 'timeUnixNano')),
    value: found.read(point),
    exemplars: toMessages(point, 'exemplars').flatMap(toExemplars),
  }))
}

const FORMS: readonly { field: string; kind: MetricKind; read: ReadValue }[] = [
  { field: 'sum', kind: 'counter', read: toNumberValue },
  { field: 'gauge', kind: 'gauge', read: toNumberValue },
  { field: 'histogram', kind: 'histogram', read: toHistogram },
  { field: 'exponentialHistogram', kind: 'histogram', read: toExponential },
  { field: 'summary', kind: 'histogram', read: toSummary },
]

function toNumberValue(point: Message): number {
  return point['asInt'] === undefined
    ? toNumber(point, 'asDouble')
    : Number(toBigInt(point, 'asInt'))
}

function toHistogram(point: Message): HistogramValue {
  const bounds = toNumbers(point, 'explicitBounds')
  const counts = toNumbers(point, 'bucketCounts')
  if (counts.length !== 0 && counts.length !== bounds.length + 1)
    throw new Error('bucketCounts is not one longer than explicitBounds')
  return { ...toTotals(point), bounds, counts }
}

function toExponential(point: Message): HistogramValue {
  return {
    ...toTotals(point),
    ...toExplicitHistogram({
      scale: toNumber(point, 'scale'),
      zeroCount: Number(toBigInt(point, 'zeroCount')),
      positive: toBuckets(point, 'positive'),
      negative: toBuckets(point, 'negative'),
    }),
  }
}

function toSummary(point: Message): HistogramValue {
  return { ...toTotals(point), bounds: [], counts: [] }
}

function toTotals(point: Message): { count: number; sum: number } {
  return { count: Number(toBigInt(point, 'count')), sum: toNumber(point, 'sum') }
}

function toBuckets(point: Message, field: string): ExponentialBuckets {
  const message = toMessage(point[field], field)
  return { offset: toNumber(message, 'offset'), counts: toNumbers(message, 'bucketCounts') }
}

/** Counts are 64-bit: decimal strings in JSON, bigint from protobuf. */
function toNumbers(message: Message, field: string): number[] {
  const list = message[field] ?? []
  if (!Array.isArray(list)) throw new Error(`${field} is not a list`)
  return list.map((item: unknown) => {
    const number = Number(item)
    if (typeof item === 'object' || Number.isNaN(number))
      throw new Error(`${field} holds no number`)
    return number
  })
}

function toLabels(point: Message): Readonly<Record<string, string>> {
  const fields = Object.entries(toFields(toAttributes(point)))
  return Object.fromEntries(
    fields.map(([key, value]) => [
      key,
      clip(typeof value === 'string' ? value : JSON.stringify(value), RECORD_LIMITS.nameChars),
    ]),
  )
}

function toExemplars(exemplar: Message): ExemplarRecord[] {
  const traceId = toHex(exemplar, 'traceId', 16)
  const spanId = toHex(exemplar, 'spanId', 8)
  if (traceId === '') return []
  const timeMs = toMs(toBigInt(exemplar, 'timeUnixNano'))
  const value = toNumberValue(exemplar)
  return [{ timeMs, value, traceId, ...(spanId === '' ? {} : { spanId }) }]
}
