import type { Logger } from 'pino'
import { messageOf } from '../convention/error-record.ts'
import { LOG_LEVELS, type LogLevel } from '../convention/log-levels.ts'
import { reportFailure, scopeOfThrown } from '../context/operation/failure.ts'
import { currentScope, ROOT_SCOPE, type Scope } from '../context/scope.ts'
import { type LogEntry, toFields, toLogEntry } from './log-entry.ts'
import { type Fields, mergeFields } from './merge-fields.ts'
import { bindingsOf, type BoundLogger, serializersOf, toPinoLogger } from './pino-logger.ts'
import { serialize } from './serialize.ts'
import { writeLine } from './write-line.ts'

/**
 * The service's logger: pino's interface, one JSON object a line on standard output, with the trace,
 * the request and the fields of the running work in it.
 *
 * Works in any module, before and after `init()`. Never throws, whatever it is given. An Error at
 * `error` or `fatal` is also sent to error collection, once.
 */
export const log: Logger = toPinoLogger(writeCall)

/**
 * Reports an error that the app has dealt with: one line at `error`, one event, the count. Within a
 * request it is also noted as what the request failed with. The same as `log.error({ ...fields, err })`,
 * for anything that can be thrown.
 */
export function captureError(error: unknown, fields?: Readonly<Record<string, unknown>>): void {
  const thrown = error ?? new Error(`captureError was given ${String(error)}`)
  writeEntry('error', { message: messageOf(thrown), error: thrown, fields: toFields(fields) }, [])
}

function writeCall(logger: BoundLogger, args: readonly unknown[], level: number): void {
  const entry = toLogEntry(args, logger.msgPrefix ?? '')
  const serializers = serializersOf(logger)
  const fields = serialize(entry.fields, serializers)
  const bindings = bindingsOf(logger).map((layer) => serialize(layer, serializers))
  writeEntry(toLevel(level), { ...entry, fields }, bindings)
}

function writeEntry(
  level: LogLevel,
  entry: LogEntry,
  bindings: readonly LogEntry['fields'][],
): void {
  const { message, error } = entry
  const fields = [...bindings, entry.fields]
  // A crash is heard of outside of the request that caused it.
  const scope = currentScope() ?? scopeOfThrown(error)
  writeLine({ level, message, error, fields, scope })
  if (error !== undefined && (level === 'error' || level === 'fatal'))
    report(error, level, (scope ?? ROOT_SCOPE).withFields(toPlain(fields)))
}

/** Tells the other signals of an error; within a request it is what the request failed with. */
function report(error: unknown, severity: 'error' | 'fatal', scope: Scope): void {
  if (!reportFailure(error, severity, scope) || scope.input === undefined) return
  scope.input.fail(error)
  scope.input.failureLogged = true
}

/** A copy whose getters have been read; without any fields where they cannot be. */
function toPlain(layers: readonly LogEntry['fields'][]): Fields {
  try {
    return mergeFields([{}, {}, ...layers]) ?? {}
  } catch {
    return {}
  }
}

function toLevel(number: number): LogLevel {
  if (number >= LOG_LEVELS.fatal) return 'fatal'
  if (number >= LOG_LEVELS.error) return 'error'
  if (number >= LOG_LEVELS.warn) return 'warn'
  return number >= LOG_LEVELS.info ? 'info' : 'debug'
}
