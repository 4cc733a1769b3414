import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Place } from './place.ts'

/** A cluster, before anything is known of it. */
export type Cluster = Pick<
  Place,
  'kubeconfig' | 'context' | 'registry' | 'baseImage' | 'isThrowaway'
>

/** The cluster that stands beside this repository on the machines that test it. */
const FOLDER = new URL('../../../shared/cluster/', import.meta.url)

const NETWORK = '/run/netns/klab-production'

/** Says why the cluster beside this repository cannot be started here; installs what it needs. */
export function whyNoLab(): string | undefined {
  const path = fileURLToPath(FOLDER)
  if (!existsSync(path)) return 'there is no ../shared/cluster, and KUBECONFIG_TEST is not set'
  if (process.getuid?.() !== 0) return 'a cluster on this machine needs root'
  const isInstalled = call('install.sh') !== undefined
  return isInstalled ? undefined : 'what the cluster needs cannot be installed'
}

/** Starts the cluster; `close` ends it. One that was running already is used as it is, and left running. */
export function openLab(): { readonly cluster: Cluster; readonly close: () => void } {
  const isOurs = !existsSync(NETWORK)
  if (isOurs) call('down.sh', 'all', 'purge')
  const printed = call('up.sh') ?? ''
  const close = (): void => void (isOurs && call('down.sh', 'all', 'purge'))
  const [, kubeconfig] = /^KUBECONFIG=(.+)$/m.exec(printed) ?? []
  const [, registry] = /^REGISTRY=(.+)$/m.exec(printed) ?? []
  if (kubeconfig === undefined || registry === undefined) {
    close()
    throw new Error('the cluster does not start: its last words are above')
  }
  replaceDns()
  const baseImage = `${registry}/base/node:24`
  return {
    cluster: { kubeconfig, registry, baseImage, context: 'production', isThrowaway: isOurs },
    close,
  }
}

const DNS_ADDRESS = '10.96.0.10'

/** See dns.ts; whoever stops the cluster finds it by the same file. */
function replaceDns(): void {
  const home = process.env['KUBE_LAB_HOME'] ?? join(homedir(), '.cache/kube-lab')
  const file = join(home, 'run/production/dns.pid')
  const words = [`--net=${NETWORK}`, process.execPath, join(import.meta.dirname, 'dns.ts')]
  process.kill(Number(readFileSync(file, 'utf8')))
  const dns = spawn('nsenter', [...words, join(home, 'pki'), DNS_ADDRESS], {
    detached: true,
    stdio: 'ignore',
  })
  dns.unref()
  writeFileSync(file, String(dns.pid))
}

function call(script: string, ...words: readonly string[]): string | undefined {
  try {
    return execFileSync(fileURLToPath(new URL(script, FOLDER)), words, {
      encoding: 'utf8',
      // What the cluster runs on Node runs on the Node of this process.
      env: { ...process.env, NODE: process.execPath },
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 420_000,
    })
  } catch {
    return undefined
  }
}
