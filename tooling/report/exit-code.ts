import type { ErrorCode } from '../../src/convention/error-codes.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'

/** What the exit code of a tool says; scripts and CI rely on each number. */
export const EXIT = {
  /** What was asked for is done. */
  done: 0,
  failed: 1,
  /** The command line or the configuration is wrong; nothing was done. */
  usage: 2,
} as const

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const USAGE_CODES: ReadonlySet<ErrorCode> = new Set([
  'SERVICEX_USAGE',
  'SERVICEX_CONFIG_INVALID',
  'SERVICEX_DECLARATION_INVALID',
])

/** Gives the exit code of a command that threw `error`. */
export function toExitCode(error: unknown): ExitCode {
  return ServicexError.is(error) && USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failed
}
