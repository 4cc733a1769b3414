import pino, { type Bindings, type ChildLoggerOptions, type Logger } from 'pino'
import { isLogLevel, LOG_LEVELS } from '../convention/log-levels.ts'
import { read } from '../convention/safe-json.ts'
import { toFields } from './log-entry.ts'
import { loggerState, logLevel, setLogLevel } from './logger-state.ts'
import { type Fields, mergeFields } from './merge-fields.ts'
import type { Serializers } from './serialize.ts'

const BINDINGS: unique symbol = Symbol('servicex.bindings')
const OWN_LEVEL: unique symbol = Symbol('servicex.ownLevel')

/** A pino logger as servicex keeps it: bindings as they were given, and a severity of its own where its maker asked for one. */
export interface BoundLogger extends Logger {
  [BINDINGS]?: readonly Fields[]
  [OWN_LEVEL]?: number | undefined
}

type MakeChild = (
  this: BoundLogger,
  bindings: Bindings,
  options?: ChildLoggerOptions,
) => BoundLogger

/** Writes what a log method was called with; the severity is pino's number, at or above the logger's. */
export type WriteCall = (logger: BoundLogger, args: readonly unknown[], level: number) => void

/**
 * Makes a logger with pino's interface whose lines are written by `write`. Of pino itself it uses
 * the methods and the children: spelling and writing throw on hostile values, and redact nothing.
 */
export function toPinoLogger(write: WriteCall): Logger {
  const logger = pino(
    {
      level: 'trace',
      base: null,
      timestamp: false,
      hooks: {
        logMethod(args: readonly unknown[], _method, level) {
          if (level >= thresholdOf(this)) write(this, args, level)
        },
      },
    },
    { write: () => undefined },
  ) as BoundLogger
  logger[BINDINGS] = []
  logger[OWN_LEVEL] = undefined
  answerOtherCopies(logger)
  const { child } = logger as unknown as { readonly child: MakeChild }
  Object.defineProperties(logger, {
    child: { value: toChildMaker(child) },
    bindings: { value: ownBindings },
    setBindings: { value: addBindings },
    level: {
      get: levelName,
      set(this: BoundLogger, name: string) {
        if (this === logger) setServiceLevel(name)
        else this[OWN_LEVEL] = toThreshold(this, name)
      },
    },
    levelVal: { get: thresholdOfThis },
    isLevelEnabled: { value: isLevelEnabled },
    flush: { value: flush },
  })
  return logger
}

const OWN_SYMBOLS: ReadonlyMap<string | undefined, symbol> = new Map(
  Object.values<symbol>(pino.symbols).map((symbol) => [symbol.description, symbol]),
)

/**
 * Each copy of pino has symbols of its own for a logger's parts, and pino-http reads a logger through those
 * of the copy that it is installed with: by their names, they lead to the same parts here.
 */
function answerOtherCopies(logger: Logger): void {
  const prototype = Object.getPrototypeOf(logger) as object
  // Behind pino's own methods, where only what is not found arrives: each line reads some of those.
  const answering = new Proxy(Object.create(Object.getPrototypeOf(prototype) as object) as object, {
    get(target, key, receiver: Record<symbol, unknown>): unknown {
      const own = typeof key === 'symbol' ? OWN_SYMBOLS.get(key.description) : undefined
      return own === undefined || own === key ? Reflect.get(target, key, receiver) : receiver[own]
    },
  })
  const methods = Object.getOwnPropertyDescriptors(prototype)
  Object.setPrototypeOf(logger, Object.create(answering, methods) as object)
}

/** Gives the fields that a logger was made with, its ancestors' first. */
export function bindingsOf(logger: BoundLogger): readonly Fields[] {
  return logger[BINDINGS] ?? []
}

/** Gives the functions that a logger's maker wants named fields to be passed through. */
export function serializersOf(logger: BoundLogger): Serializers {
  return (logger as unknown as Record<symbol, Serializers>)[pino.symbols.serializersSym] ?? {}
}

function thresholdOf(logger: BoundLogger): number {
  return logger[OWN_LEVEL] ?? loggerState().threshold
}

/** pino would spell the bindings at once, without redaction, and throw on some: they are kept as they are. */
function toChildMaker(makeChild: MakeChild): MakeChild {
  return function child(bindings, options) {
    const made = makeQuietly(this, makeChild, options)
    addBindings.call(made, bindings)
    const level = options == null ? undefined : read(options, 'level')
    if (level !== undefined) made[OWN_LEVEL] = toThreshold(made, level)
    return made
  }
}

/** Options that pino refuses are left out: asking for a logger never throws. */
function makeQuietly(
  parent: BoundLogger,
  makeChild: MakeChild,
  options: ChildLoggerOptions | undefined,
): BoundLogger {
  try {
    return makeChild.call(parent, {}, toPinoOptions(options))
  } catch {
    return makeChild.call(parent, {})
  }
}

/** What of a child's options is pino's to keep; most children have none, and pino makes those faster. */
function toPinoOptions(options: ChildLoggerOptions | undefined): ChildLoggerOptions | undefined {
  const { serializers, msgPrefix, customLevels } = options ?? {}
  if (serializers === undefined && msgPrefix === undefined && customLevels === undefined)
    return undefined
  return {
    ...(serializers === undefined ? {} : { serializers }),
    ...(msgPrefix === undefined ? {} : { msgPrefix }),
    // pino removes the methods below a child's level for good; the threshold is asked at each call instead.
    ...(customLevels === undefined ? {} : { customLevels, level: 'trace' }),
  }
}

function ownBindings(this: BoundLogger): Bindings {
  return { ...mergeFields(bindingsOf(this)) }
}

function addBindings(this: BoundLogger, bindings: Bindings): void {
  const fields = toFields(bindings)
  if (fields !== undefined) this[BINDINGS] = [...bindingsOf(this), fields]
}

function levelName(this: BoundLogger): string {
  const own = this[OWN_LEVEL]
  if (own === undefined) return logLevel()
  return this.levels.labels[own] ?? 'silent'
}

/** pino knows two more levels: `trace` is `debug` here, and `silent` is `fatal`, as a service is never silent. */
function setServiceLevel(name: string): void {
  if (name === 'trace') setLogLevel('debug')
  else if (name === 'silent') setLogLevel('fatal')
  else if (isLogLevel(name)) setLogLevel(name)
}

function toThreshold(logger: BoundLogger, name: unknown): number {
  if (name === 'silent') return Infinity
  const { values } = logger.levels
  return typeof name === 'string' && Object.hasOwn(values, name)
    ? (values[name] ?? LOG_LEVELS.info)
    : LOG_LEVELS.info
}

function thresholdOfThis(this: BoundLogger): number {
  return thresholdOf(this)
}

function isLevelEnabled(this: BoundLogger, name: string): boolean {
  const { values } = this.levels
  return Object.hasOwn(values, name) && (values[name] ?? 0) >= thresholdOf(this)
}

function flush(this: BoundLogger, done?: (error?: Error) => void): void {
  loggerState().destination.flushSync()
  done?.()
}
