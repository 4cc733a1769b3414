import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openInbox, type WaitFor } from '../../src/testing/inbox.ts'

/** One parsed line of standard output. */
export type Line = Readonly<Record<string, unknown>>

/** The fixture service, running as a process of its own. */
export interface App {
  readonly port: number
  readonly adminPort: number
  readonly pid: number
  readonly lines: readonly Line[]
  /** Standard output as it came, line by line. */
  readonly texts: readonly string[]
  readonly waitForLine: WaitFor<Line>
  /** Asks for a path; resolves with the status, once the answer is read. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<number>
  /** The page of metrics in the format that `accept` asks for. */
  readMetrics(accept?: string): Promise<string>
  /** Ends the app by SIGTERM; resolves with its exit code and what it wrote to standard error. */
  stop(): Promise<{ code: number | null; stderr: string }>
}

const FIXTURE = join(import.meta.dirname, '../fixtures/signals/app.ts')

/** Variables of this machine that would change what the app sends and where. */
const FOREIGN = /^(OTEL_|SENTRY_|SERVICEX_|LOG_LEVEL$|NODE_ENV$|NODE_OPTIONS$|KUBERNETES_|VITEST)/

/** Starts the fixture service with these variables; the caller stops it. */
export async function startApp(
  env: Readonly<Record<string, string>> = {},
  nodeArgs: readonly string[] = [],
): Promise<App> {
  const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name))
  const child = spawn(process.execPath, [...nodeArgs, FIXTURE], {
    env: { ...Object.fromEntries(inherited), ADMIN_PORT: '0', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const inbox = openInbox<Line>({ noun: 'lines', describe: (line) => JSON.stringify(line) })
  const texts: string[] = []
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  createInterface({ input: child.stdout }).on('line', (text) => {
    texts.push(text)
    inbox.add([JSON.parse(text) as Line])
  })
  const closed = once(child, 'close') as Promise<[number | null]>
  const ready = inbox.waitFor(({ message }) => message === 'ready', { timeoutMs: 20_000 })
  const first = await Promise.race([ready, closed])
  if (Array.isArray(first)) throw new Error(`the app ended before it was ready:\n${stderr}`)
  const { port, adminPort } = first as { port: number; adminPort: number }
  return {
    port,
    adminPort,
    pid: child.pid ?? 0,
    lines: inbox.items,
    texts,
    waitForLine: inbox.waitFor,
    async get(path, headers = {}) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
      await response.text()
      return response.status
    },
    async readMetrics(accept = 'text/plain') {
      const url = `http://127.0.0.1:${adminPort}/metrics`
      return (await fetch(url, { headers: { accept } })).text()
    },
    async stop() {
      child.kill('SIGTERM')
      const [code] = await closed
      process.off('exit', kill)
      return { code, stderr }
    },
  }
}
