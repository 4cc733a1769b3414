import { isName } from '../../src/convention/names.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { toExitCode } from './exit-code.ts'
import { toPlainText } from './plain-text.ts'

/** The words that were typed, and which of them are commands. */
export interface Typed {
  readonly argv: readonly string[]
  readonly commands: readonly { readonly name: string }[]
}

/** Gives what a person reads: our own errors as they are, anything else with the stack a bug needs. */
export function toFailureText(error: unknown, typed: Typed): string {
  return toPlainText(withEnvironment(toText(error), typed))
}

/** Gives what a program reads of a failure under `--json`: the last line of standard output. */
export function toFailureJson(error: unknown, typed: Typed): string {
  const toLine = (text: string): string => toPlainText(withEnvironment(text, typed))
  const own = ServicexError.is(error)
    ? { code: error.code, message: toLine(error.message), fix: toLine(error.fix) }
    : { message: toLine(error instanceof Error ? error.message : String(error)) }
  return JSON.stringify({ type: 'error', error: own, exitCode: toExitCode(error) })
}

/** Says whether the command was to answer in JSON; words behind `--` are another program's. */
export function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json')
}

function toText(error: unknown): string {
  if (ServicexError.is(error)) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** A fix is a command to copy: `kube <env> status` is `kube prod status` where `prod` was typed. */
function withEnvironment(text: string, { argv, commands }: Typed): string {
  if (!text.includes('<env>')) return text
  const word = argv.find((one) => !commands.some(({ name }) => name === one)) ?? ''
  return isName(word) ? text.replaceAll('<env>', word) : text
}
