import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A `kube dev` that starts no service. */
export interface Receiver {
  /** What a person opens. */
  readonly url: string
  readonly origin: string
  readonly rssBytes: () => number
  /** CPU used so far, all threads, ms. */
  readonly cpuMs: () => number
  readonly ask: <Answer>(path: string) => Promise<Answer>
  /** Sends a body of OTLP JSON; gives how long the answer took, ms. */
  readonly send: (path: string, body: string) => Promise<number>
  readonly stop: () => Promise<void>
}

const KUBE = join(import.meta.dirname, '../../dist/kube.js')
/** Source: proc(5): the clock ticks of utime and stime, 100 a second. */
const TICK_MS = 10

/** Starts the built tool on a free port; the caller stops it. */
export async function startReceiver(): Promise<Receiver> {
  const state = mkdtempSync(join(tmpdir(), 'bench-dev-'))
  const child = spawn(
    process.execPath,
    [KUBE, 'dev', '--receive-only', '--port', '0', '--no-open', '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, XDG_STATE_HOME: state } },
  )
  const [first] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { url } = JSON.parse(first) as { url: string }
  const { origin, searchParams } = new URL(url)
  const authorization = `Bearer ${searchParams.get('token')}`
  return {
    url,
    origin,
    rssBytes: () => Number(/^VmRSS:\s+(\d+) kB/m.exec(readProc(child, 'status'))?.[1]) * 1024,
    cpuMs: () => {
      const fields = readProc(child, 'stat').split(') ')[1]?.split(' ') ?? []
      return (Number(fields[11]) + Number(fields[12])) * TICK_MS
    },
    async ask<Answer>(path: string) {
      const response = await fetch(origin + path, { headers: { authorization } })
      return (await response.json()) as Answer
    },
    async send(path, body) {
      const begin = performance.now()
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(origin + path, { method: 'POST', headers, body })
      if (!response.ok) throw new Error(`${path} answered ${response.status}`)
      await response.arrayBuffer()
      return performance.now() - begin
    },
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
      rmSync(state, { recursive: true, force: true })
    },
  }
}

function readProc({ pid }: ChildProcess, name: string): string {
  return readFileSync(`/proc/${pid}/${name}`, 'utf8')
}
