import {
  toAttributes,
  toAttributeValue,
  toBigInt,
  toHex,
  toMessage,
  toMessages,
  toNumber,
  toText,
  type Message,
} from '../../../src/wire/otlp-values.ts'
import { RECORD_LIMITS } from './limits.ts'
import { toSeverity } from './log-line.ts'
import { clip, isRecord, toFields, toValue } from './plain-value.ts'
import type { Fields, LogRecord, Severity, Value } from './record.ts'
import { toMs, toServiceOf } from './span-record.ts'

/**
 * Gives the lines of an ExportLogsServiceRequest, decoded from protobuf or parsed from OTLP JSON.
 * Throws, naming the field, on a value of the wrong type.
 */
export function toLogRecords(request: unknown, receivedMs: number): LogRecord[] {
  return toMessages(toMessage(request, 'request'), 'resourceLogs').flatMap((resourceLogs) => {
    const service = toServiceOf(toAttributes(toMessage(resourceLogs['resource'], 'resource')))
    return toMessages(resourceLogs, 'scopeLogs').flatMap((scopeLogs) =>
      toMessages(scopeLogs, 'logRecords').map((record) => toRecord(record, service, receivedMs)),
    )
  })
}

function toRecord(record: Message, service: string, receivedMs: number): LogRecord {
  const traceId = toHex(record, 'traceId', 16)
  const spanId = toHex(record, 'spanId', 8)
  const body = toValue(toAttributeValue(toMessage(record['body'], 'body'), 0))
  const severity = toSeverityOf(toNumber(record, 'severityNumber'), toText(record, 'severityText'))
  const attributes = toFields(toAttributes(record))
  return {
    timeMs: toTime(record) ?? receivedMs,
    service,
    severity,
    message: toMessageText(body, toText(record, 'eventName')),
    ...(traceId === '' ? {} : { traceId }),
    ...(spanId === '' ? {} : { spanId }),
    source: 'otlp',
    fields: withException(isRecord(body) ? { ...(body as Fields), ...attributes } : attributes),
  }
}

function toTime(record: Message): number | undefined {
  const time = toBigInt(record, 'timeUnixNano') || toBigInt(record, 'observedTimeUnixNano')
  return time === 0n ? undefined : toMs(time)
}

function toMessageText(body: Value, eventName: string): string {
  if (typeof body === 'string') return clip(body, RECORD_LIMITS.textChars)
  const { message } = isRecord(body) ? body : {}
  if (typeof message === 'string') return message
  if (body === null) return clip(eventName, RECORD_LIMITS.nameChars)
  return eventName === '' ? JSON.stringify(body) : clip(eventName, RECORD_LIMITS.nameChars)
}

/** The exception of a line stands where our own lines have theirs. Source: OpenTelemetry, exceptions in logs. */
function withException(fields: Fields): Fields {
  const { 'exception.type': type, 'exception.message': message } = fields
  if (type === undefined && message === undefined) return fields
  const error = {
    type: type ?? 'Error',
    message: message ?? '',
    stack: fields['exception.stacktrace'] ?? '',
  }
  return { ...fields, error }
}

/** Source: OpenTelemetry, SeverityNumber: four numbers a severity, from 1. */
function toSeverityOf(number: number, text: string): Severity {
  const named: readonly Severity[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']
  return named[Math.ceil(number / 4) - 1] ?? toSeverity(text) ?? 'info'
}
