import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { pollUntil } from '../real/poll-until.ts'

/** One line of an app's log. */
export type LogLine = Readonly<Record<string, unknown>>

/** An app that runs. */
export interface AppProcess {
  /** Every line so far. */
  readonly lines: readonly LogLine[]
  /** What it wrote to stderr so far. */
  readonly stderr: () => string
  /** The address of one of its ports, by the name the app told. */
  url(port: string): string
  /** Resolves with the first line that fits. */
  waitForLine(isWanted: (line: LogLine) => boolean, what: string): Promise<LogLine>
  /** Ends it by SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>
}

/** How to run an app. */
export interface AppCommand {
  readonly folder: string
  /** Node's own options, then the entrypoint. */
  readonly words: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Starts an app and resolves when it has written the line `ready`, which names its ports. The caller stops it. */
export async function openAppProcess({ folder, words, env }: AppCommand): Promise<AppProcess> {
  const child = spawn(process.execPath, words, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      ADMIN_PORT: '0',
      PORT: '0',
      OTEL_BSP_SCHEDULE_DELAY: '20',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: LogLine[] = []
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  createInterface({ input: child.stdout }).on('line', (text) => lines.push(parse(text)))
  const ended = once(child, 'close') as Promise<[number | null]>
  const waitForLine: AppProcess['waitForLine'] = (isWanted, what) =>
    pollUntil(() => Promise.resolve(lines.find(isWanted)), { what, timeoutMs: 10_000 }).catch(
      (error: unknown) => {
        throw new Error(describe(lines, stderr), { cause: error })
      },
    )
  const stop = async (): Promise<number | null> => {
    end(child)
    return (await ended)[0]
  }
  try {
    const gone = ended.then(() => {
      throw new Error(`the app exited\n${describe(lines, stderr)}`)
    })
    const ready = await Promise.race([
      waitForLine(({ message }) => message === 'ready', 'the app to be ready'),
      gone,
    ])
    gone.catch(() => undefined)
    return {
      lines,
      stderr: () => stderr,
      url: (port) => `http://127.0.0.1:${String(ready[port])}`,
      waitForLine,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function end(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
}

function parse(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine
  } catch {
    return { unparsed: text }
  }
}

function describe(lines: readonly LogLine[], stderr: string): string {
  return [...lines.slice(-20).map((line) => JSON.stringify(line)), stderr].join('\n')
}
