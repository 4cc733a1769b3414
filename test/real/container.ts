import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBinary } from './binary.ts'

/** An image that was pulled and unpacked: ready to be run. */
export interface UnpackedImage {
  /** The top of its files. */
  readonly root: string
  readonly run: (options: ContainerOptions) => Container
  readonly close: () => void
}

/** How a container differs from what its image says. */
export interface ContainerOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Instead of the image's command. */
  readonly words?: readonly string[]
}

/** A running container. */
export interface Container {
  /** The lines of stdout so far, as JSON where they are. */
  readonly lines: Record<string, unknown>[]
  readonly output: () => string
  readonly kill: (signal: NodeJS.Signals) => void
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>
}

/** What a bundle's config.json holds, as far as it is changed here. */
interface BundleConfig {
  readonly process: { terminal: boolean; args: readonly string[]; env: string[] }
  readonly linux: { namespaces: { readonly type: string }[] }
}

/** Says which program is missing for containers to be run here; nothing when all are there. */
export function whyNoContainers(): string | undefined {
  const missing = ['docker-registry', 'skopeo', 'umoci', 'runc'].find((name) => !findBinary(name))
  if (missing !== undefined) return `this machine has no ${missing}`
  return process.getuid?.() === 0 ? undefined : 'containers need root'
}

/** Pulls an image with skopeo and unpacks it with umoci. */
export function unpackImage(reference: string): UnpackedImage {
  const folder = mkdtempSync(join(tmpdir(), 'servicex-container-'))
  const layout = join(folder, 'layout')
  const bundle = join(folder, 'bundle')
  const words = ['copy', '--quiet', '--insecure-policy', '--src-tls-verify=false']
  execFileSync('skopeo', [...words, `docker://${reference}`, `oci:${layout}:image`])
  execFileSync('umoci', ['unpack', '--image', `${layout}:image`, bundle], { stdio: 'ignore' })
  return {
    root: join(bundle, 'rootfs'),
    run: (options) => run(bundle, options),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Debian's crun refuses this kind of machine ("cgroups in hybrid mode"); runc does not. */
function run(bundle: string, { env = {}, words }: ContainerOptions): Container {
  const path = join(bundle, 'config.json')
  const config = JSON.parse(readFileSync(path, 'utf8')) as BundleConfig
  config.process.terminal = false
  const set = Object.keys(env)
  const kept = config.process.env.filter((line) => !set.includes(line.split('=')[0] ?? ''))
  const own = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  config.process.env = [...kept, ...own]
  // Without a network of its own it answers on this machine's loopback.
  config.linux.namespaces = config.linux.namespaces.filter(({ type }) => type !== 'network')
  const args = words ?? config.process.args
  const written = { ...config, process: { ...config.process, args } }
  writeFileSync(path, JSON.stringify(written))
  const id = `servicex-${process.pid}-${Date.now()}`
  const child = spawn('runc', ['run', '--bundle', bundle, id], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const lines: Record<string, unknown>[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      lines.splice(0, lines.length, ...toLines(output))
    })
  return {
    lines,
    output: () => output,
    kill: (signal) => void execFileSync('runc', ['kill', id, signal]),
    ended: once(child, 'close').then(([code]) => code as number | null),
  }
}

function toLines(output: string): Record<string, unknown>[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
