import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** One package of a lockfile. */
interface LockedPackage {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly peer?: boolean
}

/** What package.json of an app asks for, by the names of this repository's own packages. */
export interface AppPackages {
  /** The packed servicex, relative to the app. */
  readonly servicex: string
  /** Where it lies now. */
  readonly tarball: string
  /** Packages beside it; each in the version that this repository has. */
  readonly names: readonly string[]
}

/** package.json's dependencies and package-lock.json of an app. */
export interface AppLockfile {
  readonly dependencies: Readonly<Record<string, string>>
  readonly lockfile: string
}

/**
 * Locks an app to exactly the packages that this repository has tested, without asking a registry: what
 * its package-lock.json says of servicex's own dependencies and of `names`, and of all that these need.
 */
export function lockApp({ servicex, tarball, names }: AppPackages): AppLockfile {
  const all = readPackages()
  const own = all[''] ?? {}
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`
  const versions = names.map((name) => [name, all[`node_modules/${name}`]?.version ?? ''] as const)
  const dependencies = { servicex: `file:${servicex}`, ...Object.fromEntries(versions) }
  const wanted = new Set<string>()
  for (const name of [...Object.keys(own.dependencies ?? {}), ...names])
    collect(all, { from: '', name }, wanted)
  const entries = [...wanted].toSorted().map((path) => [path, toProduction(all[path] ?? {})])
  const packed = {
    version: own.version,
    resolved: `file:${servicex}`,
    integrity,
    dependencies: own.dependencies,
  }
  const packages = {
    '': { dependencies },
    'node_modules/servicex': packed,
    ...(Object.fromEntries(entries) as Record<string, LockedPackage>),
  }
  return { dependencies, lockfile: JSON.stringify({ lockfileVersion: 3, packages }) }
}

function readPackages(): Readonly<Record<string, LockedPackage>> {
  const text = readFileSync(join(root, 'package-lock.json'), 'utf8')
  return (JSON.parse(text) as { packages: Record<string, LockedPackage> }).packages
}

interface Need {
  /** The package that needs it. */
  readonly from: string
  readonly name: string
}

/** Adds what `name` resolves to from a package, and all that it needs itself. */
function collect(
  all: Readonly<Record<string, LockedPackage>>,
  { from, name }: Need,
  wanted: Set<string>,
): void {
  const path = toCandidates(from, name).find((candidate) => all[candidate] !== undefined)
  if (path === undefined || wanted.has(path)) return
  wanted.add(path)
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } =
    all[path] ?? {}
  const peers = Object.keys(peerDependencies ?? {}).filter(
    (peer) => peerDependenciesMeta?.[peer]?.optional !== true,
  )
  const needs = [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]
  for (const need of needs) collect(all, { from: path, name: need }, wanted)
}

/** Where Node would look for a package: nested first. */
function toCandidates(from: string, name: string): string[] {
  const levels = from === '' ? [] : from.split('/node_modules/')
  const nested = levels.map((_, depth) =>
    levels.slice(0, levels.length - depth).join('/node_modules/'),
  )
  return [...nested.map((path) => `${path}/node_modules/${name}`), `node_modules/${name}`]
}

function toProduction(own: LockedPackage): LockedPackage {
  const { dev: _dev, devOptional: _devOptional, peer: _peer, ...rest } = own
  return rest
}
