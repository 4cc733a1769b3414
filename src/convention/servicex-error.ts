import type { ErrorCode } from './error-codes.ts'

/** What a `ServicexError` is made of; every line is meant to be read by the person who must act. */
export interface ServicexErrorParts {
  /** What happened, with names and values, in one line. */
  readonly summary: string
  /** One line a finding: the name, what it is, what was expected. Never a secret's value. */
  readonly details?: readonly string[]
  /** The one thing to do, imperative, without the `fix:` prefix. */
  readonly fix: string
  readonly cause?: unknown
}

const BRAND = Symbol.for('servicex.error')

/**
 * Every error servicex throws on purpose: a stable `code`, what happened, and one thing to do.
 *
 * Recognise it with `ServicexError.is(error)`: it also holds across two installed copies.
 */
export class ServicexError extends Error {
  override readonly name = 'ServicexError'
  readonly code: ErrorCode
  readonly fix: string
  readonly details: readonly string[]

  constructor(code: ErrorCode, parts: ServicexErrorParts) {
    super(toMessage(code, parts), parts.cause === undefined ? undefined : { cause: parts.cause })
    this.code = code
    this.fix = parts.fix
    this.details = parts.details ?? []
    Object.defineProperty(this, BRAND, { value: true })
  }

  /** Says whether `error` was made by any copy of servicex. */
  static is(error: unknown): error is ServicexError {
    return typeof error === 'object' && error !== null && BRAND in error
  }
}

function toMessage(code: ErrorCode, parts: ServicexErrorParts): string {
  const details = (parts.details ?? []).map((detail) => `\n  ${detail}`).join('')
  return `${code}  ${parts.summary}${details}\n  fix: ${parts.fix}`
}
