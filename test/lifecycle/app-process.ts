import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { openInbox, type WaitFor } from '../../src/testing/inbox.ts'

/** One line of an app's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly message?: string }

/** How an app ended. */
export interface AppEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
}

/** A fixture app, running in a process of its own. */
export interface AppProcess {
  readonly pid: number
  /** Of its line `listening`. */
  readonly port: number
  readonly adminUrl: string
  /** Its log so far. */
  readonly lines: readonly LogLine[]
  readonly waitForLine: WaitFor<LogLine>
  readonly ended: Promise<AppEnd>
  kill(signal: NodeJS.Signals): void
  /** Writes a word to its standard input: a fixture acts on it. */
  tell(word: string): void
  /** Ends it if it has not ended. */
  close(): Promise<void>
}

/** What an app is started with. */
export interface AppOptions {
  /** Words after the fixture's name. */
  readonly args?: readonly string[]
  /** Words before it. */
  readonly nodeArgs?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** A program, with its arguments, that is given the command to run. */
  readonly command?: readonly string[]
  /** Standard output. Where it is not `pipe`, the only line that is read is `listening`. */
  readonly stdout?: 'pipe' | number
}

const FIXTURES = join(import.meta.dirname, '../fixtures/lifecycle')

const ENV = {
  PATH: process.env['PATH'],
  NODE_ENV: 'production',
  ADMIN_PORT: '0',
  // Halves the CPU of a start.
  NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/compile'),
}

/** Runs a fixture with ports of its own; resolves at once. The caller closes it. */
export function startApp(
  fixture: string,
  options: AppOptions = {},
): Omit<AppProcess, 'port' | 'adminUrl'> {
  const { args = [], nodeArgs = [], command = [], env = {}, stdout = 'pipe' } = options
  const stdio: StdioOptions =
    stdout === 'pipe' ? ['pipe', 'pipe', 'pipe'] : ['pipe', stdout, 'pipe', 'pipe']
  const words = [...command, process.execPath, ...nodeArgs, join(FIXTURES, fixture), ...args]
  const child = spawn(words[0] ?? '', words.slice(1), {
    env: { ...ENV, ...(stdout === 'pipe' ? {} : { ANNOUNCE_FD: '3' }), ...env },
    stdio,
  })
  const inbox = openInbox<LogLine>({ noun: 'lines', describe: (line) => JSON.stringify(line) })
  const input = child.stdout ?? (child.stdio[3] as Readable)
  createInterface({ input }).on('line', (text) => inbox.add([parse(text)]))
  const ended = end(child)
  void ended.then(inbox.close)
  return {
    pid: child.pid ?? 0,
    lines: inbox.items,
    waitForLine: inbox.waitFor,
    ended,
    kill: (signal) => void child.kill(signal),
    tell: (word) => void child.stdin?.write(`${word}\n`),
    close: async () => {
      child.kill('SIGCONT')
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Runs a fixture and resolves when it listens; rejects with its standard error when it ends before. */
export async function openApp(fixture: string, options: AppOptions = {}): Promise<AppProcess> {
  const app = startApp(fixture, options)
  const started = app.waitForLine((line) => line.message === 'listening', { timeoutMs: 20_000 })
  try {
    const line = await started
    return Object.assign(app, {
      port: Number(line['port']),
      adminUrl: `http://127.0.0.1:${Number(line['admin'])}`,
    })
  } catch (cause) {
    await app.close()
    const { exitCode, stderr } = await app.ended
    throw new Error(`${fixture} exited ${exitCode}: ${stderr}`, { cause })
  }
}

function end(child: ChildProcess): Promise<AppEnd> {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin?.on('error', () => undefined)
  return new Promise((resolve) => {
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stderr }))
  })
}

function parse(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine
  } catch {
    return { notJson: text }
  }
}
