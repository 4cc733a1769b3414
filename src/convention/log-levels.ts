/** The severities of a log line, least first, with pino's numbers. */
export const LOG_LEVELS = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const

/** A severity of a log line. */
export type LogLevel = keyof typeof LOG_LEVELS

/** Says whether `name` is a severity. */
export function isLogLevel(name: string): name is LogLevel {
  return Object.hasOwn(LOG_LEVELS, name)
}
