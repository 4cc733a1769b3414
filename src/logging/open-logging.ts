import type { Config } from '../config/config.ts'
import { isError } from '../convention/error-record.ts'
import { read } from '../convention/safe-json.ts'
import type { ClientFacts, JobFacts, RequestFacts, Signal, Sink } from '../context/facts.ts'
import type { Scope } from '../context/scope.ts'
import { toAccessMessage, toHttpRecord } from './access-line.ts'
import type { Destination } from './destination.ts'
import { setLoggerState } from './logger-state.ts'
import { writeAccessLine, writeLine } from './write-line.ts'

/**
 * Opens the log: from here on every request and every job gives one line on standard output. Lines
 * that apps write themselves go the same way, see `log`. Nothing is ever written to a collector
 * from here: collecting standard output is the platform's part.
 */
export function openLogging(config: Config, destination?: Destination): Signal {
  const state = setLoggerState(config, destination)
  return {
    name: 'logging',
    health: state.destination.health,
    sink: LINE_SINK,
    async flush(deadlineMs) {
      if (deadlineMs > 0) await state.destination.flush(deadlineMs)
      else state.destination.flushSync()
    },
  }
}

const LINE_SINK: Sink = {
  onRequest(facts) {
    if (writeAccessLine(facts)) return
    writeLine({
      level: facts.failed ? 'error' : 'info',
      message: toAccessMessage(facts),
      error: errorOf(facts),
      http: toHttpRecord(facts),
      scope: facts as RequestFacts & Scope,
    })
  },
  onClient(facts) {
    // Errors that a contract declares are answers; their line is the app's to write.
    if (facts.failure === undefined) return
    writeLine({
      level: 'warn',
      message: isError(facts.failure) ? String(read(facts.failure, 'message')) : facts.outcome,
      error: withoutStack(facts.failure),
      fields: [
        {
          call: {
            target: facts.target,
            operation: facts.operation,
            outcome: facts.outcome,
            status: facts.statusCode,
            attempts: facts.attempts,
            duration_ms: facts.durationMs,
          },
        },
      ],
      scope: facts as ClientFacts & Scope,
    })
  },
  onJob(facts) {
    writeLine({
      level: facts.outcome === 'ok' ? 'info' : 'error',
      message: `job ${facts.job} ${facts.outcome}`,
      error: facts.failureLogged ? withoutStack(facts.failure) : facts.failure,
      job: { name: facts.job, outcome: facts.outcome, durationMs: facts.durationMs },
      scope: facts as JobFacts & Scope,
    })
  },
}

/** The whole error where the server failed; its name where the client was refused, or where it was logged already. */
function errorOf(facts: RequestFacts): unknown {
  if (facts.failure === undefined) return undefined
  const whole = facts.failed && !facts.failureLogged
  return whole ? facts.failure : withoutStack(facts.failure)
}

/** An error as one line's worth: a copy that keeps the type, the message and the code. */
function withoutStack(failure: unknown): unknown {
  if (!isError(failure)) return failure
  const brief = Object.create(Error.prototype) as Error
  for (const name of ['constructor', 'name', 'message', 'code']) {
    const value = read(failure, name)
    if (value !== undefined) Object.defineProperty(brief, name, { value })
  }
  return brief
}
