import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'

/** How to start a program under test. */
export interface ProgramCommand {
  readonly folder: string
  /** The file to run, from the folder, and its arguments. */
  readonly file: string
  readonly args?: readonly string[]
  /** Options of Node itself. */
  readonly nodeArgs?: readonly string[]
  /** The whole environment, so that nothing of this machine's leaks in. */
  readonly env: Readonly<Record<string, string>>
  /** Where standard output goes: to a pipe whose lines are counted (the default), or to /dev/null. */
  readonly output?: 'counted' | 'discarded'
}

/** A process under test: it has said that it is ready, and answers questions. */
export interface Program {
  readonly pid: number
  /** What it said when it was ready. */
  readonly ready: Readonly<Record<string, number | undefined>>
  /** Asks what `answers.cjs` or the program itself can answer; one question at a time. */
  readonly ask: <Answer>(question: string, argument?: unknown) => Promise<Answer>
  /** Lines written to standard output so far. */
  readonly lineCount: () => number
  /** The last whole line. */
  readonly lastLine: () => string
  /** Makes it stand still, timers and all, until `resume`. */
  readonly pause: () => void
  readonly resume: () => void
  /** Ends it at once. */
  readonly close: () => Promise<void>
}

/** Starts a program and resolves when it is ready. Rejects with what it complained of when it ends first. */
export async function openProgram(command: ProgramCommand): Promise<Program> {
  const { folder, file, args = [], nodeArgs = [], env, output = 'counted' } = command
  const child = fork(file, args, {
    cwd: folder,
    env,
    execArgv: [...nodeArgs],
    stdio: ['ignore', output === 'counted' ? 'pipe' : 'ignore', 'pipe', 'ipc'],
  })
  running.add(child)
  child.once('close', () => running.delete(child))
  const lines = countLines(child.stdout)
  const end = rejectAtEnd(child, [file, ...args].join(' '))
  const nextAnswer = async <Answer>(): Promise<Answer> => {
    const [{ answer }] = (await Promise.race([once(child, 'message'), end])) as [{ answer: Answer }]
    return answer
  }
  const ready = await nextAnswer<Program['ready']>()
  return {
    pid: child.pid as number,
    ready,
    ask: (question, argument) => {
      const answer = nextAnswer<never>()
      child.send({ question, argument })
      return answer
    },
    ...lines,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    close: async () => {
      child.kill('SIGKILL')
      await end.catch(() => undefined)
    },
  }
}

const running = new Set<ChildProcess>()

/** A bench that is stopped takes its programs along: those that stand still would not see it go. */
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const child of running) child.kill('SIGKILL')
    process.exit(1)
  })

async function rejectAtEnd(child: ChildProcess, words: string): Promise<never> {
  const [complaint] = await Promise.all([text(child.stderr as Readable), once(child, 'close')])
  throw new Error(`node ${words} ended:\n${complaint}`)
}

const NEWLINE = 0x0a

function countLines(output: Readable | null): Pick<Program, 'lineCount' | 'lastLine'> {
  let count = 0
  let last: Buffer = Buffer.alloc(0)
  output?.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) count += 1
    last = chunk
  })
  return {
    lineCount: () => count,
    lastLine: () => last.toString('utf8').trimEnd().split('\n').at(-1) ?? '',
  }
}
