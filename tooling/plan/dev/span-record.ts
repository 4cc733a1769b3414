import type { ReceivedSpan, ReceivedSpanEvent } from '../../../src/wire/received-span.ts'
import { RECORD_LIMITS } from './limits.ts'
import { clip, toFields, toLabelText } from './plain-value.ts'
import type { ErrorRecord, SpanEventRecord, SpanRecord } from './record.ts'
import { parseStack } from './stack.ts'

/** What a service is called that does not say its name. Source: OpenTelemetry's resource conventions. */
export const UNKNOWN_SERVICE = 'unknown_service'

/** Gives the spans of one request as records. */
export function toSpanRecords(spans: readonly ReceivedSpan[]): SpanRecord[] {
  return spans.map(toSpanRecord)
}

/** Gives the errors that a span tells of: its exception events. */
export function toSpanErrors(span: SpanRecord): ErrorRecord[] {
  return span.detail.events
    .filter(({ name }) => name === 'exception')
    .map(({ timeMs, attributes }) => {
      const { 'exception.type': type, 'exception.message': message } = attributes
      return {
        timeMs,
        service: span.service,
        type: toLabelText(type ?? 'Error'),
        message: toLabelText(message ?? ''),
        traceId: span.traceId,
        spanId: span.spanId,
        source: 'span',
        detail: {
          frames: parseStack(toLabelText(attributes['exception.stacktrace'] ?? '')),
          causes: [],
          tags: {},
          transaction: span.name,
        },
      }
    })
}

/** Gives the name of the service that a resource is of. */
export function toServiceOf(resource: Readonly<Record<string, unknown>>): string {
  const name = resource['service.name']
  return typeof name === 'string' && name !== ''
    ? clip(name, RECORD_LIMITS.nameChars)
    : UNKNOWN_SERVICE
}

/** Gives Unix nanoseconds as milliseconds with their fraction. */
export function toMs(unixNano: bigint): number {
  return Number(unixNano / 1000n) / 1000
}

function toSpanRecord(span: ReceivedSpan): SpanRecord {
  const { status, parentSpanId } = span
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    service: toServiceOf(span.resource),
    name: clip(span.name, RECORD_LIMITS.nameChars),
    kind: span.kind,
    startMs: toMs(span.startTimeUnixNano),
    durationMs: Math.max(0, Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e6),
    isError: status.code === 'error',
    detail: {
      ...(status.message === ''
        ? {}
        : { statusMessage: clip(status.message, RECORD_LIMITS.textChars) }),
      attributes: toFields(span.attributes),
      events: span.events.slice(0, RECORD_LIMITS.events).map(toEventRecord),
      links: span.links
        .slice(0, RECORD_LIMITS.events)
        .map(({ traceId, spanId }) => ({ traceId, spanId })),
      resource: toFields(span.resource),
      scope: clip(span.scope.name, RECORD_LIMITS.nameChars),
    },
  }
}

function toEventRecord({ timeUnixNano, name, attributes }: ReceivedSpanEvent): SpanEventRecord {
  return {
    timeMs: toMs(timeUnixNano),
    name: clip(name, RECORD_LIMITS.nameChars),
    attributes: toFields(attributes),
  }
}
