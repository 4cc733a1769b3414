import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { Variant } from './variants.ts'

/** How an app is started. */
export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Standard output: read (the default), or a file descriptor. */
  readonly stdout?: 'pipe' | number
}

/** An app in a process of its own. */
export interface RunningApp {
  readonly pid: number
  /** All it wrote to standard output and standard error, where it is read. */
  readonly output: () => string
  readonly kill: (signal: NodeJS.Signals) => void
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  readonly rssMb: () => number
  /** Resolves with the time of its line `last line`. */
  readonly lastLineAt: () => Promise<number>
}

/** An app that listens. */
export interface ServingApp extends RunningApp {
  readonly port: number
  readonly adminUrl: string
}

/** Starts a variant to do one thing (`serve`, or an end). The caller sees to its end. */
export function startApp(
  { words }: Variant,
  task: string,
  { env = {}, stdout = 'pipe' }: StartOptions = {},
): RunningApp & { readonly said: Readable } {
  const child = spawn(process.execPath, [...words, task], {
    env: {
      NODE_ENV: 'production',
      ADMIN_PORT: '0',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      ...(env['OTEL_EXPORTER_OTLP_ENDPOINT'] === undefined ? { OTEL_TRACES_EXPORTER: 'none' } : {}),
      ...env,
    },
    stdio: ['ignore', stdout, 'pipe', 'pipe'],
  })
  const parts: Buffer[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part: Buffer) => void parts.push(part))
  const pid = child.pid ?? 0
  return {
    pid,
    said: child.stdio[3] as Readable,
    output: () => Buffer.concat(parts).toString('utf8'),
    kill: (signal) => void child.kill(signal),
    ended: once(child, 'close').then(([code, signal]) => (code ?? signal) as number),
    rssMb: () => readRssMb(pid),
    lastLineAt: () => lastLineAt(child),
  }
}

/** Starts a variant that serves; resolves when it listens. Rejects with what it said when it ends first. */
export async function openServer(variant: Variant, options?: StartOptions): Promise<ServingApp> {
  const app = startApp(variant, 'serve', options)
  const [said] = (await Promise.race([once(app.said, 'data'), app.ended])) as [Buffer]
  if (!(said instanceof Buffer)) throw new Error(`${variant.title} ended: ${app.output()}`)
  const { port, admin } = JSON.parse(String(said)) as { port: number; admin: number }
  return { ...app, port, adminUrl: `http://127.0.0.1:${admin}` }
}

/** Ends an app with a signal; gives the exit code and how long it took, or kills it after a while. */
export async function endApp(
  app: RunningApp,
  signal: NodeJS.Signals,
  limitMs = 15_000,
): Promise<{ readonly exit: number | NodeJS.Signals; readonly tookMs: number }> {
  const startedAt = performance.now()
  const timer = setTimeout(() => app.kill('SIGKILL'), limitMs)
  app.kill(signal)
  const exit = await app.ended
  clearTimeout(timer)
  return { exit, tookMs: performance.now() - startedAt }
}

function lastLineAt({ stdout }: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    stdout?.on('data', (part: Buffer) => {
      if (part.includes('last line')) resolve(performance.now())
    })
  })
}

function readRssMb(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return (pages * 4096) / 2 ** 20
  } catch {
    return Number.NaN
  }
}
