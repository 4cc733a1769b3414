import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Platform } from './oci.ts'

/** The C library of a base image; native addons and optional packages depend on it. */
export type Libc = 'glibc' | 'musl'

/** What an image is made for. */
export interface TargetPlatform {
  readonly platform: Platform
  readonly libc: Libc
}

/** The words of one processor architecture: OCI's is the key. Source: Go's GOARCH, Node's process.arch, ELF's e_machine. */
interface Architecture {
  readonly node: string
  readonly elfMachine: number
}

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  amd64: { node: 'x64', elfMachine: 62 },
  arm64: { node: 'arm64', elfMachine: 183 },
  arm: { node: 'arm', elfMachine: 40 },
  ppc64le: { node: 'ppc64', elfMachine: 21 },
  s390x: { node: 's390x', elfMachine: 22 },
  riscv64: { node: 'riscv64', elfMachine: 243 },
  loong64: { node: 'loong64', elfMachine: 258 },
}

/** Reads `linux/arm64` or `linux/amd64,linux/arm64`. Throws SERVICEX_USAGE for what Node has no Linux build of. */
export function toPlatforms(text: string): readonly [Platform, ...Platform[]] {
  const [first = '', ...others] = new Set(text.split(',').map((word) => word.trim()))
  return [toPlatform(first), ...others.map(toPlatform)]
}

/** Gives the platform of a machine that runs Node on this architecture (`process.arch`), under Linux. */
export function toHostPlatform(nodeArchitecture: string): Platform {
  const known = Object.entries(ARCHITECTURES).find(([, { node }]) => node === nodeArchitecture)
  return { os: 'linux', architecture: known?.[0] ?? 'amd64' }
}

/** Gives Node's word for the architecture, `x64`, and ELF's number for it. */
export function toArchitectureWords({ architecture }: Platform): {
  readonly cpu: string
  readonly elfMachine: number
} {
  const known = ARCHITECTURES[architecture]
  if (known === undefined) throw new Error(`no architecture ${architecture}`)
  return { cpu: known.node, elfMachine: known.elfMachine }
}

/** Guesses the C library of a base image by its name: Alpine's and those that say musl have musl. */
export function toLibc(baseImage: string): Libc {
  return /alpine|musl|wolfi-musl/.test(baseImage) ? 'musl' : 'glibc'
}

function toPlatform(word: string): Platform {
  const [os, architecture = '', variant, ...more] = word.split('/')
  const isKnown = os === 'linux' && Object.hasOwn(ARCHITECTURES, architecture) && more.length === 0
  if (isKnown && (variant === undefined || /^v\d$/.test(variant)))
    return variant === undefined ? { os, architecture } : { os, architecture, variant }
  const known = Object.keys(ARCHITECTURES).map((name) => `linux/${name}`)
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `${JSON.stringify(word)} is no platform that kube builds for`,
    details: [`known: ${known.join(', ')}`],
    fix: 'kube build --platform linux/amd64,linux/arm64',
  })
}
