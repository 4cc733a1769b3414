import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { ENV } from '../convention/env-names.ts'
import { ADMIN_PATHS } from '../convention/ports.ts'

/** How an app is started. */
export interface AppCommand {
  /** The program and its arguments: `['node', 'dist/app.js']`. It must be the app itself, not a script that starts it. */
  readonly command: readonly string[]
  /** Its working folder; this process's when absent. */
  readonly cwd?: string
  /** Variables beside those of this process; where telemetry goes and the ports are set by the test. */
  readonly env?: Readonly<Record<string, string>>
}

/** Where an app's signals go during a test. */
export interface AppReceivers {
  readonly otlpEndpoint: string
  /** Absent: errors go nowhere. */
  readonly sentryDsn?: string
}

/** An app that runs as a child process and listens. */
export interface SpawnedApp {
  /** The port of the app, on localhost. */
  readonly port: number
  readonly adminPort: number
  /** The JSON lines of its standard output so far. */
  readonly lines: readonly LogLine[]
  /** Calls `listener` with every line from now on; gives what stops that. */
  onLine(listener: (line: LogLine) => void): () => void
  /** Ends the app by SIGTERM, so that it delivers what it holds; by SIGKILL after `timeoutMs`. Resolves with how it ended. */
  stop(timeoutMs: number): Promise<string>
}

/** One line of an app's log. */
export type LogLine = Readonly<Record<string, unknown>>

/** Rejects with how an app failed to start, and the end of its output. */
export class AppStartError extends Error {
  override readonly name = 'AppStartError'
}

/** Outside of the range from which systems take ports for outgoing connections. */
const { first: FIRST_PORT, last: LAST_PORT } = { first: 10_240, last: 32_768 }
const POLL_MS = 20
const OUTPUT_LINES = 30

/** Settings of this process that would lead an app's signals elsewhere. */
const OVERRIDDEN = [
  ENV.otlpTracesEndpoint,
  ENV.otlpProtocol,
  ENV.otlpTracesProtocol,
  ENV.otelTracesExporter,
  ENV.otelSdkDisabled,
  ENV.otelTracesSamplerArg,
  ENV.logLevel,
] as const

/** Starts an app on free ports and resolves when it listens; the caller stops it. Rejects with an `AppStartError`. */
export async function openApp(
  app: AppCommand,
  receivers: AppReceivers,
  timeoutMs: number,
): Promise<SpawnedApp> {
  const [port, adminPort] = [await findFreePort(), await findFreePort()]
  const [file = '', ...args] = app.command
  const child = spawn(file, args, {
    cwd: app.cwd,
    env: toEnv(app.env, { port, adminPort }, receivers),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = readOutput(child)
  const ended = endOf(child)
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  void ended.then(() => process.off('exit', kill))
  const stop = (limitMs: number): Promise<string> => stopChild(child, ended, limitMs)
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null
  const listening = untilListening({ port, adminPort, isGone }, timeoutMs)
  const problem = await Promise.race([ended, listening])
  if (problem === undefined) return { port, adminPort, ...output, stop }
  child.kill('SIGKILL')
  await ended
  throw new AppStartError(`${app.command.join(' ')}: ${problem}\n${output.tail()}`)
}

function toEnv(
  own: AppCommand['env'],
  ports: { port: number; adminPort: number },
  { otlpEndpoint, sentryDsn }: AppReceivers,
): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...Object.fromEntries(OVERRIDDEN.map((name) => [name, undefined])),
    ...own,
    [ENV.port]: String(ports.port),
    [ENV.adminPort]: String(ports.adminPort),
    [ENV.otlpEndpoint]: otlpEndpoint,
    [ENV.otelTracesSampler]: 'parentbased_always_on',
    [ENV.otelBspScheduleDelay]: '50',
    [ENV.sentryDsn]: sentryDsn,
    [ENV.logFormat]: 'otel',
  }
}

function readOutput(
  child: ChildProcess,
): Pick<SpawnedApp, 'lines' | 'onLine'> & { tail(): string } {
  const lines: LogLine[] = []
  const texts: string[] = []
  const listeners = new Set<(line: LogLine) => void>()
  const keep = (text: string): void => void texts.splice(0, texts.push(text) - OUTPUT_LINES)
  if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', keep)
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (text) => {
      keep(text)
      const line = parseLine(text)
      if (line === undefined) return
      lines.push(line)
      for (const listener of listeners) listener(line)
    })
  return {
    lines,
    onLine(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tail: () => texts.join('\n'),
  }
}

/** What an app prints that is no line of servicex's is not its business. */
function parseLine(text: string): LogLine | undefined {
  try {
    const line: unknown = JSON.parse(text)
    return typeof line === 'object' && line !== null ? (line as LogLine) : undefined
  } catch {
    return undefined
  }
}

/** Resolves, never rejects, with how a child ended, once its output is read. */
async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    return signal === null ? `exited with ${code}` : `was ended by ${signal}`
  } catch (error) {
    return `could not be started: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function stopChild(
  child: ChildProcess,
  ended: Promise<string>,
  timeoutMs: number,
): Promise<string> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const how = await ended
  clearTimeout(timer)
  return how
}

async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT)
    const server = createServer().listen(port)
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}

/** Gives the problem when an app does not listen in time. */
async function untilListening(
  app: { port: number; adminPort: number; isGone: () => boolean },
  timeoutMs: number,
): Promise<string | undefined> {
  const deadline = performance.now() + timeoutMs
  while (!(await isListening(app.port)) || !(await isLive(app.adminPort))) {
    if (app.isGone()) return 'ended'
    if (performance.now() > deadline)
      return `did not listen on PORT=${app.port} and ADMIN_PORT=${app.adminPort} in ${timeoutMs} ms`
    await delay(POLL_MS)
  }
  return undefined
}

/** A connection without a request: nothing of it is recorded. */
async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: 'localhost' })
  const connected = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return connected
}

async function isLive(adminPort: number): Promise<boolean> {
  return fetch(`http://localhost:${adminPort}${ADMIN_PATHS.live}`, {
    headers: { connection: 'close' },
  }).then(
    (response) => response.ok,
    () => false,
  )
}
