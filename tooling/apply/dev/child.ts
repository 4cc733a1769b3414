import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** What a process is started with. */
export interface ChildOptions {
  readonly command: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly onLine: (text: string, stream: 'stdout' | 'stderr') => void
}

/** A process of its own group. */
export interface Child {
  readonly pid: number | undefined
  /** Resolves, never rejects, with how it ended, once its output is read. */
  readonly ended: Promise<ChildEnd>
  /** Asks it to end (SIGTERM), and ends it after `timeoutMs`; resolves when it has. */
  stop(timeoutMs: number): Promise<ChildEnd>
  /** Ends it and all that it started, at once. */
  kill(): void
}

/** How a process ended. */
export interface ChildEnd {
  readonly words: string
  readonly isCrash: boolean
}

/** Longer lines are cut: they are no lines. */
const MAX_LINE_CHARS = 256 * 1024

/**
 * Starts a process in a group of its own: Ctrl-C reaches us alone, and we end all that it started.
 * Should this process end before it, it ends with it.
 */
export function startChild({ command, cwd, env, onLine }: ChildOptions): Child {
  const [file = '', ...args] = command
  const child = spawn(file, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  })
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null
  const kill = (): void => signalGroup(child, 'SIGKILL')
  process.once('exit', kill)
  const ended = untilEnded(child).finally(() => process.off('exit', kill))
  for (const stream of ['stdout', 'stderr'] as const) readLines(child, stream, onLine)
  return {
    pid: child.pid,
    ended,
    kill,
    async stop(timeoutMs) {
      if (!isOver()) signalGroup(child, 'SIGTERM')
      const timer = setTimeout(kill, timeoutMs)
      const end = await ended
      clearTimeout(timer)
      return end
    },
  }
}

function readLines(
  child: ChildProcess,
  stream: 'stdout' | 'stderr',
  onLine: ChildOptions['onLine'],
): void {
  const input = child[stream]
  if (input === null) return
  input.on('error', () => undefined)
  createInterface({ input, crlfDelay: Infinity }).on('line', (text) =>
    onLine(text.slice(0, MAX_LINE_CHARS), stream),
  )
}

function untilEnded(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) =>
      resolve({ words: `could not be started: ${error.message}`, isCrash: true }),
    )
    child.once('close', (code, signal) => {
      // What it started and left behind goes with it.
      signalGroup(child, 'SIGKILL')
      if (signal !== null)
        resolve({ words: `was ended by ${signal}`, isCrash: signal !== 'SIGTERM' })
      else resolve({ words: `exited with ${code}`, isCrash: code !== 0 })
    })
  })
}

/** Signals the whole group; one that is gone already needs none. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
