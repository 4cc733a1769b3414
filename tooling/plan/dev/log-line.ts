import { LOG_KEYS, type LogKeys } from '../../../src/convention/log-keys.ts'
import { RECORD_LIMITS } from './limits.ts'
import { clip, isRecord, toFields, toText } from './plain-value.ts'
import type { ErrorRecord, Fields, LogRecord, LogSource, Severity } from './record.ts'
import { parseStack } from './stack.ts'

/** What is known of a line before it is read. */
export interface LineOrigin {
  readonly service: string
  readonly source: LogSource
  /** When it came; for lines that carry no time. */
  readonly receivedMs: number
}

type Line = Readonly<Record<string, unknown>>

/** Which keys other loggers (pino, bunyan, winston) use; ours come from the convention's table. */
const FOREIGN_KEYS = {
  timestamp: 'time',
  severity: 'level',
  message: 'msg',
  traceId: 'traceId',
  spanId: 'spanId',
} as const

const KEY_SETS = [LOG_KEYS.otel, LOG_KEYS.ecs, LOG_KEYS.gcp, LOG_KEYS.datadog, FOREIGN_KEYS]

/**
 * Reads one line of a process's output: a JSON object as the record it is, anything else as text.
 * Never throws.
 */
export function toLogRecord(text: string, origin: LineOrigin): LogRecord {
  const line = parseLine(text)
  return line === undefined ? toTextRecord(text, origin) : toRecord(line, origin)
}

/** Gives the error that a line tells of: ours and most loggers write one as an object with a stack. */
export function toLogError(log: LogRecord): ErrorRecord | undefined {
  const error = log.fields['error'] ?? log.fields['err']
  if (!isRecord(error) || !isSevere(log.severity)) return undefined
  const { timeMs, service, traceId, spanId } = log
  return {
    timeMs,
    service,
    type: toText(error['type'] ?? error['name']) ?? 'Error',
    message: toText(error['message']) ?? log.message,
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
    source: 'log',
    detail: {
      frames: parseStack(toText(error['stack']) ?? ''),
      causes: toCauses(error['cause']),
      tags: {},
      transaction: log.message,
    },
  }
}

/** Gives a severity by any of its usual names or pino's numbers. */
export function toSeverity(value: unknown): Severity | undefined {
  if (typeof value === 'number') return NUMBERS.find(([from]) => value >= from)?.[1]
  if (typeof value !== 'string') return undefined
  return NAMES[value.slice(0, 16).toLowerCase()]
}

function isSevere(severity: Severity): boolean {
  return severity === 'error' || severity === 'fatal'
}

function toCauses(cause: unknown, depth = 0): { type: string; message: string }[] {
  if (!isRecord(cause) || depth > 8) return []
  const own = { type: toText(cause['type']) ?? 'Error', message: toText(cause['message']) ?? '' }
  return [own, ...toCauses(cause['cause'], depth + 1)]
}

function parseLine(text: string): Line | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function toTextRecord(text: string, { service, source, receivedMs }: LineOrigin): LogRecord {
  return {
    timeMs: receivedMs,
    service,
    severity: source === 'stderr' ? 'warn' : 'info',
    message: clip(text, RECORD_LIMITS.textChars),
    source,
    fields: {},
  }
}

function toRecord(line: Line, origin: LineOrigin): LogRecord {
  const read = (part: keyof typeof FOREIGN_KEYS): unknown => {
    for (const keys of KEY_SETS) {
      const value = line[(keys as Pick<LogKeys, keyof typeof FOREIGN_KEYS>)[part]]
      if (value !== undefined) return value
    }
    return undefined
  }
  const traceId = toId(read('traceId'), 32)
  const spanId = toId(read('spanId'), 16)
  return {
    timeMs: toTime(read('timestamp')) ?? origin.receivedMs,
    service: origin.service,
    severity: toSeverity(read('severity')) ?? 'info',
    message: toText(read('message')) ?? '',
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
    source: origin.source,
    fields: withoutKnown(toFields(line)),
  }
}

/** Google's preset writes the trace as `projects/<project>/traces/<id>`. */
function toId(value: unknown, chars: number): string | undefined {
  if (typeof value !== 'string') return undefined
  const id = value.slice(value.lastIndexOf('/') + 1).toLowerCase()
  return id.length === chars && /^[0-9a-f]+$/.test(id) ? id : undefined
}

function toTime(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value > 0 ? value : undefined
  if (typeof value !== 'string') return undefined
  const time = Date.parse(value.slice(0, 64))
  return Number.isNaN(time) ? undefined : time
}

const KNOWN: ReadonlySet<string> = new Set(
  KEY_SETS.flatMap((keys) => {
    const { timestamp, severity, message, traceId, spanId } = keys
    return [timestamp, severity, message, traceId, spanId]
  }),
)

function withoutKnown(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !KNOWN.has(key)))
}

/** Pino's numbers. */
const NUMBERS: readonly (readonly [from: number, severity: Severity])[] = [
  [60, 'fatal'],
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [20, 'debug'],
  [0, 'trace'],
]

const NAMES: Readonly<Record<string, Severity>> = {
  trace: 'trace',
  silly: 'trace',
  verbose: 'debug',
  debug: 'debug',
  info: 'info',
  log: 'info',
  notice: 'info',
  information: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  fatal: 'fatal',
  critical: 'fatal',
  alert: 'fatal',
  emergency: 'fatal',
}
