import { isLogLevel, LOG_LEVELS, type LogLevel } from '../convention/log-levels.ts'

/** What changes the severity from which lines are written. */
export interface LevelSwitch {
  get(): LogLevel
  set(level: LogLevel): void
}

/** A severity that is in force for a while. */
export interface LevelLease {
  readonly level: LogLevel
  /** When the former severity returns, RFC 3339; `undefined` when none is pending. */
  readonly until: string | undefined
}

const DEFAULT_SECONDS = 600
const MAX_SECONDS = 86_400

/** Changes the log level for a time and puts the former one back: a forgotten `debug` would cost for ever. */
export class LogLevelControl {
  readonly #levels: LevelSwitch
  #timer: NodeJS.Timeout | undefined
  #former: LogLevel | undefined
  #until: string | undefined

  constructor(levels: LevelSwitch) {
    this.#levels = levels
  }

  get lease(): LevelLease {
    return { level: this.#levels.get(), until: this.#until }
  }

  /**
   * Puts a level in force: `wanted` is its name, `forSeconds` how long, 600 when absent, at most a day.
   * Gives what is in force, or what is wrong with the wish.
   */
  change(wanted: string, forSeconds: string | null): LevelLease | string {
    const seconds = forSeconds === null ? DEFAULT_SECONDS : Number(forSeconds)
    if (!isLogLevel(wanted))
      return `level ${JSON.stringify(wanted)} — expected one of ${Object.keys(LOG_LEVELS).join(', ')}`
    if (!(seconds >= 1 && seconds <= MAX_SECONDS))
      return `for=${forSeconds} — expected seconds, 1–${MAX_SECONDS}`
    this.#former ??= this.#levels.get()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#revert(), seconds * 1000).unref()
    this.#until = new Date(Date.now() + seconds * 1000).toISOString()
    this.#levels.set(wanted)
    return this.lease
  }

  #revert(): void {
    if (this.#former !== undefined) this.#levels.set(this.#former)
    this.#former = undefined
    this.#until = undefined
  }
}
