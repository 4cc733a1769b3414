import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

const MAIN = join(import.meta.dirname, '../../../tooling/main.ts')
const WAIT_MS = 15_000

/** One line of `kube dev --json`. */
export type DevEvent = Readonly<Record<string, unknown>> & { readonly kind: string }

/** A `kube dev` of a test. */
export interface RunningDev {
  readonly child: ChildProcess
  /** Gives the first event that fits, waiting for it. */
  readonly waitFor: (what: string, fits: (event: DevEvent) => boolean) => Promise<DevEvent>
  readonly stderr: () => string
  /** How it ended: its exit code. */
  readonly ended: Promise<number | null>
}

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/** Where a test's files lie, and where its sessions are found. */
export interface DevPlace {
  readonly folder: string
}

/** Writes a service of one file. */
export function writeService(place: DevPlace, name: string, source: string): string {
  const folder = join(place.folder, name)
  const path = join(folder, 'src', 'app.js')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, type: 'module' }))
  writeFileSync(path, source)
  return path
}

/** Starts `kube dev --json`; the test ends it. */
export function startDev(place: DevPlace, words: readonly string[]): RunningDev {
  const args = [MAIN, 'dev', ...words, '--json', '--port', '0', '--no-open']
  const child = spawn(process.execPath, args, {
    cwd: place.folder,
    env: toEnv(place),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const events: DevEvent[] = []
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  createInterface(child.stdout).on('line', (text) => events.push(JSON.parse(text) as DevEvent))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    child,
    ended,
    stderr: () => stderr,
    waitFor: (what, fits) =>
      waitUntil(`${what}\n${stderr}`, () => events.find((event) => fits(event))),
  }
}

/** Runs a `kube` command to its end. */
export function runKube(place: DevPlace, words: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve) => {
    const options = { cwd: place.folder, env: toEnv(place) }
    execFile(process.execPath, [MAIN, ...words], options, (error, stdout, stderr) => {
      resolve({ stdout, stderr, exitCode: error === null ? 0 : Number(error.code) })
    })
  })
}

/** Asks until there is something, and gives it. */
export async function waitUntil<Value>(
  what: string,
  read: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value> {
  const deadline = performance.now() + WAIT_MS
  for (;;) {
    const value = await read()
    if (value !== undefined) return value
    if (performance.now() > deadline) throw new Error(`${what} did not come in ${WAIT_MS} ms`)
    await delay(20)
  }
}

/** Says whether a process runs; one that has ended and that nobody asked about does not. */
export function isAlive(pid: number): boolean {
  try {
    const [, state] = /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return state !== 'Z'
  } catch {
    return false
  }
}

/** The tool finds its sessions below the test's folder, not the person's own. */
function toEnv({ folder }: DevPlace): NodeJS.ProcessEnv {
  return { ...process.env, XDG_STATE_HOME: join(folder, 'state'), CI: 'true', NO_COLOR: '1' }
}
