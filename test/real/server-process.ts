import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBinary } from './binary.ts'
import { pollUntil } from './poll-until.ts'

/** Who a server runs as. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** How to run a server. */
export interface ServerCommand {
  readonly command: string
  readonly args: readonly string[]
  /** Replaces the whole environment, so that nothing of the machine's configuration leaks in. */
  readonly env?: Readonly<Record<string, string>>
  readonly account?: Account | undefined
  /** Its working folder, removed when it has ended or could not start. */
  readonly folder?: string
  /** Resolves true once the server answers; a rejection is a no. */
  readonly isReady: () => Promise<boolean>
  /** Ends the server at once; the data is thrown away. Default SIGKILL. */
  readonly stopSignal?: NodeJS.Signals
}

/** A server that answers. */
export interface ServerProcess {
  readonly pid: number
  /** Ends the process and resolves when it and its folder are gone. */
  readonly close: () => Promise<void>
}

const OUTPUT_CHARACTERS = 4_000

/**
 * Runs a server as a child and resolves when it answers; the caller closes it. Rejects with the end
 * of its output when it exits first, or does not answer in 60 s. It dies with this process.
 */
export async function startServer(server: ServerCommand): Promise<ServerProcess> {
  const { command, args, env = {}, account, folder, stopSignal = 'SIGKILL' } = server
  const [file, ...rest] = [...dieWithParent(account), command, ...args]
  const child = spawn(file as string, rest, {
    env: { PATH: process.env['PATH'], LC_ALL: 'C', ...env },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = once(child, 'exit')
  const readOutput = collectOutput(child)
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(stopSignal)
    await exit
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    const what = `${command} to answer`
    const state = await pollUntil(() => readState(child, server), { what, timeoutMs: 60_000 })
    if (state === 'gone') throw new Error('it exited')
  } catch (error) {
    await close()
    throw new Error(`${command} did not start:\n${readOutput()}`, { cause: error })
  }
  return { pid: child.pid as number, close }
}

/** Makes an empty folder for a server's data, owned by `account`. `startServer` removes it. */
export function makeDataFolder(name: string, account?: Account): string {
  const folder = mkdtempSync(join(tmpdir(), `servicex-${name}-`))
  if (account !== undefined) chownSync(folder, account.uid, account.gid)
  return folder
}

/** A free port of 127.0.0.1, outside the range from which outgoing connections take theirs. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_240, 32_768)
    const server = createServer().listen(port, '127.0.0.1')
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

/** Whom to run as when the server refuses root: the first account there is, nobody else if not root. */
export function findAccount(...names: readonly string[]): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of [...names, 'nobody']) {
    const read = (flag: string): number =>
      Number(execFileSync('id', [flag, name], { stdio: 'pipe' }))
    try {
      return { uid: read('-u'), gid: read('-g') }
    } catch {
      // this machine has no such account: try the next
    }
  }
  throw new Error('no account to run the server as')
}

/** Runs a program to its end, such as the one that makes the data folder. Rejects with its output. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  account?: Account,
): Promise<void> {
  const child = spawn(command, args, { ...account, stdio: ['ignore', 'pipe', 'pipe'] })
  const readOutput = collectOutput(child)
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${command} exited ${code}:\n${readOutput()}`)
}

async function readState(
  child: ChildProcess,
  server: ServerCommand,
): Promise<'ready' | 'gone' | undefined> {
  if (child.exitCode !== null || child.signalCode !== null) return 'gone'
  return (await server.isReady()) ? 'ready' : undefined
}

/** setpriv makes the kernel end the server when the test process dies, however it dies. */
function dieWithParent(account: Account | undefined): string[] {
  const setpriv = findBinary('setpriv')
  if (setpriv === undefined) return []
  const change = account && [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups']
  return [setpriv, ...(change ?? []), '--pdeathsig=KILL', '--']
}

function collectOutput(child: ChildProcess): () => string {
  let output = ''
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_CHARACTERS)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  return () => output
}
