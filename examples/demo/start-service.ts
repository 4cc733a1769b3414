import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { waitFor } from './wait-for.ts'

/** A log line as the service wrote it, parsed. */
export interface LogLine {
  readonly timestamp: string
  readonly severity: string
  readonly message: string
  readonly service: string
  readonly trace_id?: string
  readonly span_id?: string
  readonly [field: string]: unknown
}

/** A service of the demo, running in a process of its own. */
export interface RunningService {
  readonly name: string
  /** Where it answers requests. */
  readonly url: string
  /** Where it answers health, readiness and metrics. */
  readonly adminUrl: string
  /** Every line it has written so far. */
  readonly lines: readonly LogLine[]
  /** Has `listener` called with every further line. */
  readonly onLine: (listener: (line: LogLine) => void) => void
  /** Asks it to drain and end (SIGTERM); resolves when it has. */
  readonly stop: () => Promise<void>
}

const STOP_TIMEOUT_MS = 15_000

/**
 * Starts `examples/<name>/src/app.ts` on free ports; resolves when it says that it is up.
 *
 * It gets `env` and nothing else, so that the settings of whoever runs the demo do not change it.
 * Rejects, with what it wrote, when it ends before.
 */
export async function startService(
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningService> {
  const entrypoint = fileURLToPath(new URL(`../${name}/src/app.ts`, import.meta.url))
  // A process group of its own: Ctrl-C reaches the demo alone, which then stops the services in order.
  const child = spawn(process.execPath, [entrypoint], {
    detached: true,
    env: { HOST: '127.0.0.1', PORT: '0', ADMIN_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { lines, onLine } = readLines(child.stdout)
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const stop = toStop(child)
  try {
    const up = await waitFor(`the line "${name} is up"`, () => {
      if (child.exitCode !== null)
        throw new Error(`${name} ended with exit code ${child.exitCode}:\n${complaint}`)
      return lines.find((line) => line.message === `${name} is up`)
    })
    const adminUrl = `http://127.0.0.1:${String(up['admin_port'])}`
    return { name, url: String(up['url']), adminUrl, lines, onLine, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function readLines(stdout: Readable): Pick<RunningService, 'lines' | 'onLine'> {
  const lines: LogLine[] = []
  const listeners: ((line: LogLine) => void)[] = []
  createInterface(stdout).on('line', (text) => {
    const line = JSON.parse(text) as LogLine
    lines.push(line)
    for (const listener of listeners) listener(line)
  })
  return { lines, onLine: (listener) => listeners.push(listener) }
}

/** Makes what stops a child by SIGTERM; should this process end before, the child ends with it. */
export function toStop(child: ChildProcess): () => Promise<void> {
  const killChild = (): boolean => child.kill('SIGKILL')
  process.once('exit', killChild)
  const ended = once(child, 'exit').finally(() => process.off('exit', killChild))
  return async () => {
    child.kill('SIGTERM')
    const timer = setTimeout(killChild, STOP_TIMEOUT_MS)
    await ended
    clearTimeout(timer)
  }
}
