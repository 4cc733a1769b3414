import type { ErrorCode } from '../../src/convention/error-codes.ts'
import { ERRORS } from '../../src/convention/error-codes.ts'

/** Gives what an error code means and its fix, as a person reads it. */
export function toExplanationText(code: ErrorCode): string {
  const { meaning, fix } = ERRORS[code]
  return `${code}\n  ${meaning}\n  fix: ${fix}\n`
}

/** Gives what an error code means and its fix, as one line of JSON. */
export function toExplanationJson(code: ErrorCode): string {
  return `${JSON.stringify({ code, ...ERRORS[code] })}\n`
}
