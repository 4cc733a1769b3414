import pino, { type Logger, type LoggerOptions } from 'pino'
import { isLogLevel, LOG_LEVELS, type LogLevel } from '../convention/log-levels.ts'
import { reportFailure } from '../context/failure.ts'
import { currentScope } from '../context/scope.ts'
import { loggerState, logLevel, setLogLevel } from './logger-state.ts'
import { read } from './safe-json.ts'
import { writeLine } from './write-line.ts'

const BINDINGS: unique symbol = Symbol('servicex.bindings')
const OWN_LEVEL: unique symbol = Symbol('servicex.ownLevel')

type Bindings = Record<string, unknown>

/** A pino logger with the bindings of its ancestors and, where its maker asked for one, a severity of its own. */
interface BoundLogger extends Logger {
  [BINDINGS]?: readonly Bindings[]
  [OWN_LEVEL]?: number
}

type WriteArguments = [object: unknown, message: string | undefined, level: number]

/**
 * The service's logger: pino's interface, one JSON object a line on standard output, with the trace,
 * the request and the fields of the running work in it.
 *
 * Works in any module, before and after `init()`. Never throws, whatever it is given. An Error at
 * `error` or `fatal` is also sent to error collection, once.
 */
export const log: Logger = toLogger()

/**
 * Reports an error that the app has dealt with: one line at `error`, one event, the count. Within a
 * request it is also noted as what the request failed with. The same as `log.error(fields, error)`.
 */
export function captureError(error: unknown, fields?: Bindings): void {
  writeEntry(log as BoundLogger, fields ?? {}, undefined, LOG_LEVELS.error, error)
}

function toLogger(): Logger {
  const options: LoggerOptions = {
    level: 'trace',
    base: null,
    timestamp: false,
    hooks: { logMethod: gate },
  }
  const logger = pino(options, { write: () => undefined }) as BoundLogger
  const makeChild = logger.child
  Object.defineProperties(logger, {
    [pino.symbols.asJsonSym]: { value: spell },
    child: {
      value: function child(
        this: BoundLogger,
        bindings: Bindings,
        childOptions?: { level?: string },
      ) {
        // pino would spell the bindings itself, without redaction, and could throw: they are kept as they are.
        const made = makeChild.call(this, {}, childOptions as never) as unknown as BoundLogger
        made[BINDINGS] = [...(this[BINDINGS] ?? []), bindings]
        if (childOptions?.level !== undefined)
          made[OWN_LEVEL] = made.levels.values[childOptions.level] ?? LOG_LEVELS.info
        return made
      },
    },
    bindings: { value: boundFields },
    setBindings: {
      value: function setBindings(this: BoundLogger, bindings: Bindings) {
        this[BINDINGS] = [...(this[BINDINGS] ?? []), bindings]
      },
    },
    level: { get: logLevel, set: setPinoLevel },
    isLevelEnabled: {
      value: function isLevelEnabled(this: BoundLogger, level: string) {
        return (this.levels.values[level] ?? Infinity) >= thresholdOf(this)
      },
    },
    flush: { value: () => loggerState().destination.flushSync() },
  })
  return logger
}

/** pino knows two more levels: `trace` is `debug` here, and `silent` is `fatal`, as a service is never silent. */
function setPinoLevel(level: string): void {
  const name = level === 'trace' ? 'debug' : level === 'silent' ? 'fatal' : level
  if (isLogLevel(name)) setLogLevel(name)
}

function boundFields(this: BoundLogger): Bindings {
  return Object.assign({}, ...(this[BINDINGS] ?? [])) as Bindings
}

function thresholdOf(logger: BoundLogger): number {
  return logger[OWN_LEVEL] ?? loggerState().threshold
}

/** pino's hook before each line: what is below the threshold ends here, and nothing that follows may throw. */
function gate(
  this: Logger,
  args: unknown[],
  method: (...args: never[]) => void,
  level: number,
): void {
  if (level < thresholdOf(this)) return
  const [first] = args
  try {
    // pino would print an Error among the arguments as text; it is the error of this line.
    const extra =
      typeof first === 'object' && first !== null
        ? undefined
        : args.find((argument) => argument instanceof Error)
    if (extra === undefined) method.apply(this, args as never[])
    else
      method.apply(this, [
        { err: extra },
        ...args.filter((argument) => argument !== extra),
      ] as never[])
  } catch (error) {
    writeLine({
      level: toLevel(level),
      message: typeof first === 'string' ? first : 'a line that could not be written',
      fields: [{ log_error: error instanceof Error ? error.message : 'unreadable' }],
    })
  }
}

/** Stands in for pino's own serialiser; the line is written from here, so pino's stream gets nothing. */
function spell(this: BoundLogger, ...[object, message, level]: WriteArguments): string {
  const error = errorIn(object)
  writeEntry(this, object as Bindings, message, level, error)
  return ''
}

function writeEntry(
  logger: BoundLogger,
  object: Bindings,
  message: string | undefined,
  num: number,
  error: unknown,
): void {
  const level = toLevel(num)
  const fields = error === undefined ? object : withoutError(object)
  const text = message ?? (error === undefined ? '' : messageOf(error))
  writeLine({ level, message: text, error, fields: [...(logger[BINDINGS] ?? []), fields] })
  if (error === undefined || num < LOG_LEVELS.error) return
  const scope = currentScope()
  if (
    reportFailure(error, level === 'fatal' ? 'fatal' : 'error', scope) &&
    scope?.input !== undefined
  ) {
    scope.input.fail(error)
    scope.input.failureLogged = true
  }
}

/** pino hands an Error that was the first argument over as `err`; apps also write `error`. */
function errorIn(object: unknown): unknown {
  if (typeof object !== 'object' || object === null) return undefined
  const { err, error } = object as { err?: unknown; error?: unknown }
  if (err instanceof Error) return err
  return error instanceof Error ? error : undefined
}

function withoutError(object: Bindings): Bindings {
  const rest: Bindings = {}
  for (const name of Object.keys(object))
    if (name !== 'err' && name !== 'error') rest[name] = read(object, name)
  return rest
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function toLevel(num: number): LogLevel {
  if (num >= LOG_LEVELS.fatal) return 'fatal'
  if (num >= LOG_LEVELS.error) return 'error'
  if (num >= LOG_LEVELS.warn) return 'warn'
  return num >= LOG_LEVELS.info ? 'info' : 'debug'
}
