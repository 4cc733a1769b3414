import { RECORD_LIMITS } from './limits.ts'
import { toSeverity } from './log-line.ts'
import { clip, isRecord, toFields, toText } from './plain-value.ts'
import type { ErrorRecord, FrameRecord, LogRecord } from './record.ts'
import { isOwnFile } from './stack.ts'
import { UNKNOWN_SERVICE } from './span-record.ts'

type Json = Readonly<Record<string, unknown>>

/** What is known of an envelope before it is read. */
export interface EnvelopeOrigin {
  /** Which service the DSN was given to; absent when another process sent it. */
  readonly service: string | undefined
  readonly receivedMs: number
}

/** Gives the error that a Sentry event tells of. Any JSON object is one, however little it says. */
export function toSentryError(event: Json, origin: EnvelopeOrigin): ErrorRecord {
  const exceptions = toList(toRecord(event['exception'])['values'])
  const main = exceptions.at(-1) ?? {}
  const trace = toRecord(toRecord(event['contexts'])['trace'])
  const traceId = toId(trace['trace_id'], 32)
  const spanId = toId(trace['span_id'], 16)
  const release = toText(event['release'])
  const transaction = toText(event['transaction'])
  const isHandled = toRecord(main['mechanism'])['handled']
  return {
    timeMs: toTime(event['timestamp']) ?? origin.receivedMs,
    service: toService(event, origin),
    type: toText(main['type'], RECORD_LIMITS.nameChars) ?? 'Message',
    message: toText(main['value']) ?? toMessage(event),
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
    source: 'sentry',
    detail: {
      frames: toFrames(main),
      causes: exceptions.slice(0, -1).toReversed().map(toCause),
      tags: toFields({ ...toRecord(event['tags']), ...toRecord(event['extra']) }),
      ...(release === undefined ? {} : { release }),
      ...(transaction === undefined ? {} : { transaction }),
      ...(typeof isHandled === 'boolean' ? { isHandled } : {}),
    },
  }
}

/** Gives the lines of a Sentry `log` item. */
export function toSentryLogs(payload: Json, origin: EnvelopeOrigin): LogRecord[] {
  return toList(payload['items']).map((item) => {
    const traceId = toId(item['trace_id'], 32)
    const attributes = Object.entries(toRecord(item['attributes'])).map(
      ([key, attribute]) => [key, toRecord(attribute)['value']] as const,
    )
    return {
      timeMs: toTime(item['timestamp']) ?? origin.receivedMs,
      service: origin.service ?? UNKNOWN_SERVICE,
      severity: toSeverity(item['level']) ?? 'info',
      message: toText(item['body']) ?? '',
      ...(traceId === undefined ? {} : { traceId }),
      source: 'sentry',
      fields: toFields(Object.fromEntries(attributes)),
    }
  })
}

/** A service is told by the DSN it was given, else by what the event says of itself. */
function toService(event: Json, origin: EnvelopeOrigin): string {
  const tags = toRecord(event['tags'])
  const resource = toRecord(toRecord(toRecord(event['contexts'])['otel'])['resource'])
  const named = toText(resource['service.name'] ?? tags['service'] ?? tags['service.name'])
  return clip(origin.service ?? named ?? UNKNOWN_SERVICE, RECORD_LIMITS.nameChars)
}

function toMessage(event: Json): string {
  const { formatted, message } = toRecord(event['logentry'])
  return toText(event['message'] ?? formatted ?? message) ?? ''
}

function toCause(exception: Json): { type: string; message: string } {
  return {
    type: toText(exception['type'], RECORD_LIMITS.nameChars) ?? 'Error',
    message: toText(exception['value']) ?? '',
  }
}

/** Sentry's frames stand outermost first; ours the other way round, as a stack is read. */
function toFrames(exception: Json): FrameRecord[] {
  const frames = toList(toRecord(exception['stacktrace'])['frames'])
  return frames.slice(-RECORD_LIMITS.frames).toReversed().map(toFrame)
}

function toFrame(frame: Json): FrameRecord {
  const file = toText(frame['abs_path'] ?? frame['filename'], RECORD_LIMITS.nameChars) ?? ''
  const { lineno: line, colno: column, in_app: isOwn } = frame
  const name = toText(frame['function'], RECORD_LIMITS.nameChars)
  return {
    file: file.replace(/^file:\/\//, ''),
    ...(typeof line === 'number' ? { line } : {}),
    ...(typeof column === 'number' ? { column } : {}),
    // What Sentry's SDKs call a function without a name.
    ...(name === undefined || name === '?' ? {} : { function: name }),
    isOwn: typeof isOwn === 'boolean' ? isOwn : isOwnFile(file),
    ...(typeof line === 'number' && typeof frame['context_line'] === 'string'
      ? { source: toSource(frame, line) }
      : {}),
  }
}

function toSource(frame: Json, line: number): readonly (readonly [number, string])[] {
  const before = toTexts(frame['pre_context'])
  const rows = [...before, String(frame['context_line']), ...toTexts(frame['post_context'])]
  return rows.map((row, index) => [
    line - before.length + index,
    clip(row, RECORD_LIMITS.nameChars),
  ])
}

function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, 10).map(String) : []
}

function toTime(value: unknown): number | undefined {
  const time = typeof value === 'number' ? value * 1000 : Date.parse(String(value))
  return Number.isFinite(time) && time > 0 ? time : undefined
}

function toId(value: unknown, chars: number): string | undefined {
  const isId = typeof value === 'string' && value.length === chars && /^[0-9a-f]+$/i.test(value)
  return isId ? value.toLowerCase() : undefined
}

function toRecord(value: unknown): Json {
  return isRecord(value) ? value : {}
}

function toList(value: unknown): Json[] {
  return Array.isArray(value) ? value.slice(0, RECORD_LIMITS.attributes).map(toRecord) : []
}
