import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What a client with nothing but its defaults does while names change and name servers fail. */
export interface NamesSeen {
  /** A hundred calls at once, before anything is known. */
  readonly cold: { readonly failed: number; readonly queries: number }
  /** Three pods become six; `usual` with a time to live of 30 s, in a long run. */
  readonly grow: GrowSeen & { readonly usual?: GrowSeen }
  /** The address of a pod goes; when its last call was, after that. */
  readonly shrink: { readonly failed: number; readonly calls: number; readonly lastAfterMs: number }
  /** Nobody answers. */
  readonly fail: {
    readonly failed: number
    readonly queriesPerSecond: number
    readonly forMs: number
  }
  /** The name leads nowhere. */
  readonly gone: { readonly ok: boolean; readonly code: string; readonly tookMs: number }
  /** One pod of three swallows connections: how many calls failed. */
  readonly hole: { readonly get: number; readonly post: number }
}

interface GrowSeen {
  readonly failed: number
  /** When the first of the new pods was called. */
  readonly seenAfterMs: number
}

/** A network whose only name server is the bench's, and an address that swallows connections. */
const SET_UP = `set -e
ip link set lo up
ip addr add 10.77.0.2/32 dev lo
iptables -A INPUT -d 10.77.0.2 -p tcp --syn -j DROP
mount --bind "$RESOLV_CONF" /etc/resolv.conf
`
const OWN = ['-n', '-m', 'sh', '-c']

/** Says whether this machine lets one make a network of one's own. */
export function isNetworkPossible(): boolean {
  if (process.platform !== 'linux') return false
  return withResolvConf((env) => spawnSync('unshare', [...OWN, SET_UP], { env }).status === 0)
}

/** Sees what becomes of names in a network of its own: 10 s, or 4 minutes when long. */
export async function seeNames(length: 'short' | 'long'): Promise<NamesSeen> {
  const scenario = join(import.meta.dirname, 'names-scenario.ts')
  const argv = [...OWN, `${SET_UP}exec "$0" "$@"`, process.execPath, scenario, length]
  const { stdout } = await withResolvConf((env) => promisify(execFile)('unshare', argv, { env }))
  return JSON.parse(stdout) as NamesSeen
}

function withResolvConf<Result>(run: (env: NodeJS.ProcessEnv) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'servicex-names-'))
  const path = join(folder, 'resolv.conf')
  writeFileSync(path, 'nameserver 127.0.0.1\n')
  const clear = (): void => rmSync(folder, { recursive: true, force: true })
  const result = run({ ...process.env, RESOLV_CONF: path })
  if (result instanceof Promise) result.finally(clear).catch(() => undefined)
  else clear()
  return result
}
