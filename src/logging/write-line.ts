import { messageOf } from '../convention/error-record.ts'
import { quote } from '../convention/json-string.ts'
import type { LogLevel } from '../convention/log-levels.ts'
import type { RequestFacts } from '../context/facts.ts'
import { publishHeld } from '../context/held-requests.ts'
import { fieldsOf } from '../context/operation/input-operation.ts'
import { currentScope, type Scope } from '../context/scope.ts'
import { loggerState } from './logger-state.ts'
import type { Encoder, HttpRecord, JobRecord, LineRecord, LineTrace } from './record.ts'

/** One line as its writer has it; time, trace and request are added. */
export interface Line {
  readonly level: LogLevel
  readonly message: string
  readonly error?: unknown
  readonly http?: HttpRecord
  readonly job?: JobRecord
  readonly fields?: LineRecord['fields']
  readonly problem?: string | undefined
  /** The scope the line belongs to; the running one when absent. */
  readonly scope?: Scope | undefined
}

let reportedLosses = 0

/** Writes one line, whatever it holds: what cannot be spelled gives a line that says so. Never throws. */
export function writeLine(line: Line): void {
  publishHeld()
  const { encode, destination } = loggerState()
  const scope = line.scope ?? currentScope()
  const losses = destination.health.dropped + destination.health.failed
  const record: LineRecord = {
    timeMs: Date.now(),
    level: line.level,
    message: line.message,
    trace: toTrace(scope),
    requestId: scope?.input?.requestId,
    error: line.error,
    http: line.http,
    job: line.job,
    fields: [fieldsOf(scope), ...(line.fields ?? [])],
    dropped: losses - reportedLosses,
    problem: line.problem,
  }
  // A loss is told of by the next line that gets through.
  if (destination.write(encodeSafely(encode, record))) reportedLosses = losses
  if (line.level === 'fatal') destination.flushSync()
}

/**
 * Writes the line of a request that went well, by the end of this turn of the event loop; says
 * whether it did. It does not when the line has to say more than which request it was.
 */
export function writeAccessLine(facts: RequestFacts): boolean {
  const { encodeAccess, destination } = loggerState()
  // A loss is told of by a line that is known to get through.
  if (destination.health.dropped + destination.health.failed !== reportedLosses) return false
  const line = encodeAccess?.(facts, facts.startTimeMs + facts.durationMs)
  if (line !== undefined) destination.writeSoon(line)
  return line !== undefined
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

function encodeSafely(encode: Encoder, record: LineRecord): string {
  try {
    return encode(record)
  } catch (error) {
    const problem = messageOf(error)
    try {
      return encode({ ...record, fields: [], problem })
    } catch {
      return `{"severity":"${record.level}","message":${quote(record.message)},"log_error":${quote(problem)}}\n`
    }
  }
}
