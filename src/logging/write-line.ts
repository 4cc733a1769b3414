import type { LogLevel } from '../convention/log-levels.ts'
import { fieldsOf } from '../context/input-operation.ts'
import { currentScope, type Scope } from '../context/scope.ts'
import { loggerState } from './logger-state.ts'
import type { HttpRecord, JobRecord, LineRecord, LineTrace } from './record.ts'
import { quote } from './json-string.ts'

/** One line as its writer has it; time, trace and request are added. */
export interface Line {
  readonly level: LogLevel
  readonly message: string
  readonly error?: unknown
  readonly http?: HttpRecord
  readonly job?: JobRecord
  readonly fields?: LineRecord['fields']
  /** The scope the line belongs to; the running one when absent. */
  readonly scope?: Scope | undefined
}

let reportedDrops = 0

/** Writes one line, whatever it holds: what cannot be spelled gives a line that says so. Never throws. */
export function writeLine(line: Line): void {
  const { encode, destination } = loggerState()
  const scope = line.scope ?? currentScope()
  const lost = destination.health.dropped + destination.health.failed
  const drops = lost - reportedDrops
  reportedDrops = lost
  const record: LineRecord = {
    timeMs: Date.now(),
    level: line.level,
    message: line.message,
    trace: toTrace(scope),
    requestId: scope?.input?.requestId,
    error: line.error,
    http: line.http,
    job: line.job,
    fields: [
      drops > 0 ? { log_dropped: drops } : undefined,
      fieldsOf(scope),
      ...(line.fields ?? []),
    ],
  }
  destination.write(encodeSafely(encode, record))
  if (line.level === 'fatal') destination.flushSync()
}

function toTrace(scope: Scope | undefined): LineTrace | undefined {
  const context = scope?.span?.spanContext()
  if (context === undefined) return undefined
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    sampled: (context.traceFlags & 1) === 1,
  }
}

function encodeSafely(encode: (record: LineRecord) => string, record: LineRecord): string {
  try {
    return encode(record)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable'
    try {
      return encode({ ...record, error: undefined, fields: [{ log_error: reason }] })
    } catch {
      return `{"severity":"${record.level}","message":${quote(record.message)},"log_error":${quote(reason)}}\n`
    }
  }
}
