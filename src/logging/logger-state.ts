import { type Config } from '../config/config.ts'
import { processSource, readConfig } from '../config/read-config.ts'
import { LOG_LEVELS, type LogLevel } from '../convention/log-levels.ts'
import { type AccessEncoder, toAccessEncoder } from './access-line.ts'
import { type Destination, openDestination } from './destination.ts'
import { toEncoder } from './encoder.ts'
import { encodePretty } from './pretty.ts'
import type { Encoder } from './record.ts'

/** What every logger of the process shares: how lines are spelled, from which severity on, and where they go. */
export interface LoggerState {
  encode: Encoder
  /** The short way for access lines; `undefined` where the format has none. */
  encodeAccess: AccessEncoder | undefined
  /** The least severity that is written, as pino's number. */
  threshold: number
  destination: Destination
}

let state: LoggerState | undefined

/**
 * Gives the shared state; lines written before `init()` get one made from the environment, so that
 * nothing that a module logs while it is loaded is lost.
 */
export function loggerState(): LoggerState {
  state ??= stateBeforeInit()
  return state
}

/** Puts the configuration in force for every logger there is, whenever it was made. */
export function setLoggerState(config: Config, destination?: Destination): LoggerState {
  const next = toState(config, destination ?? state?.destination)
  state = Object.assign(state ?? next, next)
  return state
}

function toState(config: Config, destination: Destination | undefined): LoggerState {
  const { format, level } = config.logging
  return {
    ...toEncoders(config, format),
    threshold: LOG_LEVELS[level],
    destination: destination ?? openDestination(),
  }
}

function toEncoders(
  { service, logging }: Config,
  format: Config['logging']['format'],
): Pick<LoggerState, 'encode' | 'encodeAccess'> {
  if (format === 'pretty') return { encode: encodePretty, encodeAccess: undefined }
  const encode = toEncoder(format, service, logging)
  return { encode, encodeAccess: toAccessEncoder(format, encode) }
}

function stateBeforeInit(): LoggerState {
  try {
    return toState(readConfig({}, processSource()).config, undefined)
  } catch {
    // The settings are wrong: init() will say which. Until then lines are written plainly.
    return toState(readConfig({}, { ...processSource(), env: {} }).config, undefined)
  }
}

/** Changes the least severity that is written, for every logger of the process. */
export function setLogLevel(level: LogLevel): void {
  loggerState().threshold = LOG_LEVELS[level]
}

/** Gives the least severity that is written. */
export function logLevel(): LogLevel {
  const { threshold } = loggerState()
  const levels = Object.entries(LOG_LEVELS) as [LogLevel, number][]
  return levels.find(([, value]) => value >= threshold)?.[0] ?? 'fatal'
}
