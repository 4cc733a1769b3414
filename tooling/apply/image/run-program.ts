import { spawn } from 'node:child_process'
import type { ErrorCode } from '../../../src/convention/error-codes.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'

/** A program to run to its end. */
export interface ProgramCall {
  /** The program, and words that stand before all others: `node`, `yarn.cjs`. */
  readonly program: readonly [string, ...string[]]
  readonly words: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** What it was run for, for the error: `npm ci`. */
  readonly what: string
  readonly failure: ErrorCode
  /** What to do about it; may depend on what it said. */
  readonly fix: string | ((lines: readonly string[]) => string)
  readonly onLine?: (line: string) => void
}

/** How much of what a program said is kept for the error, lines: npm gives its reason first, and then two pages of usage. */
const FIRST_LINES = 15
const LAST_LINES = 15

/** Runs a program to its end. No shell reads its words. Rejects with `failure`, its first and its last lines, when it exits with another code than 0. */
export async function runProgram(call: ProgramCall): Promise<void> {
  const { program, words, cwd, env, onLine } = call
  const [file, ...before] = program
  const child = spawn(file, [...before, ...words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.setEncoding('utf8').on('data', (text: string) => {
      const parts = `${rest}${text}`.split(/\r?\n/)
      rest = parts.pop() ?? ''
      for (const line of parts.filter((part) => part.trim() !== '')) {
        lines.push(line)
        if (lines.length > FIRST_LINES + LAST_LINES) lines.splice(FIRST_LINES, 1)
        onLine?.(line)
      }
    })
    stream.on('end', () => {
      if (rest !== '') lines.push(rest)
    })
  }
  const ended = await new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  if (ended === 0) return
  throw new ServicexError(call.failure, {
    summary: `${call.what} ended with ${ended}`,
    details: lines,
    fix: typeof call.fix === 'string' ? call.fix : call.fix(lines),
  })
}
