import { decodeMessage, type DecodedMessage, type Schema } from './protobuf-decode.ts'

/**
 * Decodes an ExportTraceServiceRequest from protobuf into the shape it has as OTLP JSON, except
 * that ids stay bytes and 64-bit numbers are bigint. Throws on bytes that are not one.
 */
export function decodeTraceRequest(bytes: Uint8Array): DecodedMessage {
  return decodeMessage(bytes, traceRequest)
}

// Field numbers: github.com/open-telemetry/opentelemetry-proto v1 (trace, common, resource).
/** The message AnyValue. */
export const ANY_VALUE: Schema = {
  1: { name: 'stringValue', type: 'string' },
  2: { name: 'boolValue', type: 'bool' },
  3: { name: 'intValue', type: 'int64' },
  4: { name: 'doubleValue', type: 'double' },
  5: {
    name: 'arrayValue',
    type: () => ({ 1: { name: 'values', type: () => ANY_VALUE, isRepeated: true } }),
  },
  6: {
    name: 'kvlistValue',
    type: () => ({ 1: { name: 'values', type: () => KEY_VALUE, isRepeated: true } }),
  },
  7: { name: 'bytesValue', type: 'bytes' },
}

/** The message KeyValue. */
export const KEY_VALUE: Schema = {
  1: { name: 'key', type: 'string' },
  2: { name: 'value', type: () => ANY_VALUE },
}

const event: Schema = {
  1: { name: 'timeUnixNano', type: 'fixed64' },
  2: { name: 'name', type: 'string' },
  3: { name: 'attributes', type: () => KEY_VALUE, isRepeated: true },
}

const link: Schema = {
  1: { name: 'traceId', type: 'bytes' },
  2: { name: 'spanId', type: 'bytes' },
  3: { name: 'traceState', type: 'string' },
  4: { name: 'attributes', type: () => KEY_VALUE, isRepeated: true },
  6: { name: 'flags', type: 'fixed32' },
}

const status: Schema = {
  2: { name: 'message', type: 'string' },
  3: { name: 'code', type: 'uint32' },
}

const span: Schema = {
  1: { name: 'traceId', type: 'bytes' },
  2: { name: 'spanId', type: 'bytes' },
  3: { name: 'traceState', type: 'string' },
  4: { name: 'parentSpanId', type: 'bytes' },
  5: { name: 'name', type: 'string' },
  6: { name: 'kind', type: 'uint32' },
  7: { name: 'startTimeUnixNano', type: 'fixed64' },
  8: { name: 'endTimeUnixNano', type: 'fixed64' },
  9: { name: 'attributes', type: () => KEY_VALUE, isRepeated: true },
  11: { name: 'events', type: () => event, isRepeated: true },
  13: { name: 'links', type: () => link, isRepeated: true },
  15: { name: 'status', type: () => status },
  16: { name: 'flags', type: 'fixed32' },
}

/** The message InstrumentationScope. */
export const SCOPE: Schema = {
  1: { name: 'name', type: 'string' },
  2: { name: 'version', type: 'string' },
}

const scopeSpans: Schema = {
  1: { name: 'scope', type: () => SCOPE },
  2: { name: 'spans', type: () => span, isRepeated: true },
}

/** The message Resource. */
export const RESOURCE: Schema = {
  1: { name: 'attributes', type: () => KEY_VALUE, isRepeated: true },
}

const resourceSpans: Schema = {
  1: { name: 'resource', type: () => RESOURCE },
  2: { name: 'scopeSpans', type: () => scopeSpans, isRepeated: true },
}

const traceRequest: Schema = {
  1: { name: 'resourceSpans', type: () => resourceSpans, isRepeated: true },
}
