import type { ProblemList } from './problem.ts'

/** Environment variables as the process was given them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Reads single variables by type; a malformed one is noted and its default used. */
export class EnvReader {
  readonly #env: Environment
  readonly #problems: ProblemList

  constructor(env: Environment, problems: ProblemList) {
    this.#env = env
    this.#problems = problems
  }

  /** The trimmed text; `undefined` when absent or empty, as OpenTelemetry's specification asks. */
  text(name: string): string | undefined {
    const value = this.#env[name]?.trim()
    return value === '' ? undefined : value
  }

  /** One of `allowed`, compared without case. */
  oneOf<Value extends string>(name: string, allowed: readonly Value[], fallback: Value): Value {
    const value = this.text(name)
    if (value === undefined) return fallback
    const found = allowed.find((candidate) => candidate === value.toLowerCase())
    if (found === undefined)
      this.#problems.add({ name, value, expected: `one of ${allowed.join(', ')}` })
    return found ?? fallback
  }

  /** A whole number between `min` and `max`. */
  integer(name: string, range: { min: number; max: number }, fallback: number): number {
    const value = this.text(name)
    if (value === undefined) return fallback
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (number >= range.min && number <= range.max) return number
    this.#problems.add({ name, value, expected: `an integer ${range.min}–${range.max}` })
    return fallback
  }

  /** A decimal number between `min` and `max`. */
  number(name: string, range: { min: number; max: number }, fallback: number): number {
    const value = this.text(name)
    if (value === undefined) return fallback
    const number = /^[\d.]+(?:e-?\d+)?$/i.test(value) ? Number(value) : Number.NaN
    if (number >= range.min && number <= range.max) return number
    this.#problems.add({ name, value, expected: `a number ${range.min}–${range.max}` })
    return fallback
  }

  /** An http or https URL. */
  url(name: string): URL | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const url = URL.canParse(value) ? new URL(value) : undefined
    if (url !== undefined && /^https?:$/.test(url.protocol)) return url
    this.#problems.add({ name, value, expected: 'an http:// or https:// URL' })
    return undefined
  }

  /** Exactly `true`, without case; anything else is false, as OpenTelemetry's specification asks. */
  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === 'true'
  }
}
