import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ENV, toUrlVariable } from '../convention/env-names.ts'

const RESOLVER_FILE = '/etc/resolv.conf'
const DEFAULT_DOMAIN = 'cluster.local'
/** So long an answer about a local `kube dev` is used again. */
const DEV_MEMORY_MS = 2000

let clusterDomain: string | undefined
const devUrls = new Map<string, { readonly url: string | undefined; readonly readAtMs: number }>()

/** Gives the value of `SERVICEX_URL_<NAME>`; an empty one is none. */
export function readServiceUrl(service: string): string | undefined {
  const value = process.env[toUrlVariable(service)]?.trim()
  return value === '' ? undefined : value
}

/** Gives the domain of the cluster this process runs in, `cluster.local`; nothing outside of one. */
export function readClusterDomain(): string | undefined {
  if ((process.env[ENV.kubernetesServiceHost] ?? '') === '') return undefined
  clusterDomain ??= readSearchDomain()
  return clusterDomain
}

/** Gives where a `kube dev` of this user runs a service, if one does just now. */
export function readDevUrl(service: string, nowMs: number): string | undefined {
  const known = devUrls.get(service)
  if (known !== undefined && nowMs - known.readAtMs < DEV_MEMORY_MS) return known.url
  const url = readDevFile(service)
  devUrls.set(service, { url, readAtMs: nowMs })
  return url
}

/** The folder in which each service that a `kube dev` runs has a file, `<service>.json`: `{ "url", "pid" }`. */
function devFolder(): string {
  const state = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state')
  return join(state, 'servicex', 'dev')
}

function readDevFile(service: string): string | undefined {
  try {
    const { url, pid } = JSON.parse(readFileSync(join(devFolder(), `${service}.json`), 'utf8')) as {
      url?: unknown
      pid?: unknown
    }
    return typeof url === 'string' && typeof pid === 'number' && isAlive(pid) ? url : undefined
  } catch {
    // No file, or one that is just being written: no kube dev that could be used.
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The kubelet writes `search <namespace>.svc.<domain> svc.<domain> <domain>`. */
function readSearchDomain(): string {
  try {
    const search = /^search\s+(.*)$/m.exec(readFileSync(RESOLVER_FILE, 'utf8'))?.[1] ?? ''
    const entry = search.split(/\s+/).find((each) => each.startsWith('svc.'))
    return entry?.slice('svc.'.length).replace(/\.$/, '') ?? DEFAULT_DOMAIN
  } catch {
    return DEFAULT_DOMAIN
  }
}
