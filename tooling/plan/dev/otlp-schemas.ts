import {
  decodeMessage,
  type DecodedMessage,
  type Schema,
} from '../../../src/wire/protobuf-decode.ts'
import { KEY_VALUE, RESOURCE, SCOPE, ANY_VALUE } from '../../../src/wire/otlp-decode.ts'

/** Decodes an ExportLogsServiceRequest into the shape it has as OTLP JSON. Throws on bytes that are not one. */
export function decodeLogsRequest(bytes: Uint8Array): DecodedMessage {
  return decodeMessage(bytes, logsRequest)
}

/** Decodes an ExportMetricsServiceRequest into the shape it has as OTLP JSON. Throws on bytes that are not one. */
export function decodeMetricsRequest(bytes: Uint8Array): DecodedMessage {
  return decodeMessage(bytes, metricsRequest)
}

// Field numbers: github.com/open-telemetry/opentelemetry-proto v1 (logs, metrics).
const attributes = { name: 'attributes', type: () => KEY_VALUE, isRepeated: true } as const

const logRecord: Schema = {
  1: { name: 'timeUnixNano', type: 'fixed64' },
  2: { name: 'severityNumber', type: 'uint32' },
  3: { name: 'severityText', type: 'string' },
  5: { name: 'body', type: () => ANY_VALUE },
  6: attributes,
  9: { name: 'traceId', type: 'bytes' },
  10: { name: 'spanId', type: 'bytes' },
  11: { name: 'observedTimeUnixNano', type: 'fixed64' },
  12: { name: 'eventName', type: 'string' },
}

const scopeLogs: Schema = {
  1: { name: 'scope', type: () => SCOPE },
  2: { name: 'logRecords', type: () => logRecord, isRepeated: true },
}

const resourceLogs: Schema = {
  1: { name: 'resource', type: () => RESOURCE },
  2: { name: 'scopeLogs', type: () => scopeLogs, isRepeated: true },
}

const logsRequest: Schema = {
  1: { name: 'resourceLogs', type: () => resourceLogs, isRepeated: true },
}

const exemplar: Schema = {
  2: { name: 'timeUnixNano', type: 'fixed64' },
  3: { name: 'asDouble', type: 'double' },
  4: { name: 'spanId', type: 'bytes' },
  5: { name: 'traceId', type: 'bytes' },
  6: { name: 'asInt', type: 'sfixed64' },
}
const exemplars = { name: 'exemplars', type: () => exemplar, isRepeated: true } as const

const numberPoint: Schema = {
  3: { name: 'timeUnixNano', type: 'fixed64' },
  4: { name: 'asDouble', type: 'double' },
  5: exemplars,
  6: { name: 'asInt', type: 'sfixed64' },
  7: attributes,
}

const histogramPoint: Schema = {
  3: { name: 'timeUnixNano', type: 'fixed64' },
  4: { name: 'count', type: 'fixed64' },
  5: { name: 'sum', type: 'double' },
  6: { name: 'bucketCounts', type: 'fixed64', isRepeated: true },
  7: { name: 'explicitBounds', type: 'double', isRepeated: true },
  8: exemplars,
  9: attributes,
}

const buckets: Schema = {
  1: { name: 'offset', type: 'sint32' },
  2: { name: 'bucketCounts', type: 'int64', isRepeated: true },
}

const exponentialPoint: Schema = {
  1: attributes,
  3: { name: 'timeUnixNano', type: 'fixed64' },
  4: { name: 'count', type: 'fixed64' },
  5: { name: 'sum', type: 'double' },
  6: { name: 'scale', type: 'sint32' },
  7: { name: 'zeroCount', type: 'fixed64' },
  8: { name: 'positive', type: () => buckets },
  9: { name: 'negative', type: () => buckets },
  11: exemplars,
}

const summaryPoint: Schema = {
  3: { name: 'timeUnixNano', type: 'fixed64' },
  4: { name: 'count', type: 'fixed64' },
  5: { name: 'sum', type: 'double' },
  7: attributes,
}

const temporality = { name: 'aggregationTemporality', type: 'uint32' } as const
const pointsOf = (schema: Schema) =>
  ({ name: 'dataPoints', type: () => schema, isRepeated: true }) as const

const metric: Schema = {
  1: { name: 'name', type: 'string' },
  2: { name: 'description', type: 'string' },
  3: { name: 'unit', type: 'string' },
  5: { name: 'gauge', type: () => ({ 1: pointsOf(numberPoint) }) },
  7: {
    name: 'sum',
    type: () => ({
      1: pointsOf(numberPoint),
      2: temporality,
      3: { name: 'isMonotonic', type: 'bool' },
    }),
  },
  9: { name: 'histogram', type: () => ({ 1: pointsOf(histogramPoint), 2: temporality }) },
  10: {
    name: 'exponentialHistogram',
    type: () => ({ 1: pointsOf(exponentialPoint), 2: temporality }),
  },
  11: { name: 'summary', type: () => ({ 1: pointsOf(summaryPoint) }) },
}

const scopeMetrics: Schema = {
  1: { name: 'scope', type: () => SCOPE },
  2: { name: 'metrics', type: () => metric, isRepeated: true },
}

const resourceMetrics: Schema = {
  1: { name: 'resource', type: () => RESOURCE },
  2: { name: 'scopeMetrics', type: () => scopeMetrics, isRepeated: true },
}

const metricsRequest: Schema = {
  1: { name: 'resourceMetrics', type: () => resourceMetrics, isRepeated: true },
}
