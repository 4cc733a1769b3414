import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ServicexError } from '../../src/convention/servicex-error.ts'

/** Where a running `kube dev` is asked. */
export interface SessionAddress {
  readonly url: string
  readonly token: string
}

type Env = Readonly<Record<string, string | undefined>>

interface Found extends SessionAddress {
  readonly pid: number
  readonly roots: readonly string[]
  readonly startedMs: number
}

/** The folder in which running sessions and their services are found; generated clients read it too. */
export function toStateFolder(env: Env): string {
  const state = env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state')
  return join(state, 'servicex', 'dev')
}

/**
 * Finds the session to ask: the one whose printed address is given, else the one that runs a service
 * at or above `cwd`, else the one that was started last. Throws SERVICEX_DEV_NOT_RUNNING when there is none.
 */
export function findSession(env: Env, cwd: string, address?: string): SessionAddress {
  if (address !== undefined) return parseAddress(address)
  const running = readSessions(join(toStateFolder(env), 'sessions'))
  const near = running.find(({ roots }) => roots.some((root) => `${cwd}/`.startsWith(`${root}/`)))
  const found = near ?? running[0]
  if (found !== undefined) return found
  throw new ServicexError('SERVICEX_DEV_NOT_RUNNING', {
    summary: 'no kube dev of yours is running',
    fix: 'start one with `kube dev` in the folder of a service, or give --url the address that it printed',
  })
}

function parseAddress(address: string): SessionAddress {
  const url = URL.parse(address)
  const token = url?.searchParams.get('token')
  if (url !== null && token !== null && token !== undefined) return { url: url.origin, token }
  throw new ServicexError('SERVICEX_USAGE', {
    summary: '--url is not an address that kube dev printed: it ends in ?token=…',
    fix: 'copy the whole address',
  })
}

/** Newest first; those whose process has gone are none. */
function readSessions(folder: string): Found[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .flatMap((name) => readSession(join(folder, name)))
    .filter(({ pid }) => isAlive(pid))
    .toSorted((a, b) => b.startedMs - a.startedMs)
}

function readSession(path: string): Found[] {
  try {
    return [JSON.parse(readFileSync(path, 'utf8')) as Found]
  } catch {
    // It is just being written, or has just ended.
    return []
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
