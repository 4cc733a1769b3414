// Adds to package-lock.json the binaries of other platforms that npm leaves out when a registry does
// not serve them; `npm ci` refuses a lock file without them. `node scripts/complete-lockfile.ts`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The parts of a lock file that matter here. */
export interface Lockfile {
  readonly packages: Record<string, LockedPackage>
}

/** One entry of a lock file. */
export interface LockedPackage {
  readonly version?: string
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
  readonly integrity?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** An optional package that an entry names and the lock file lacks. */
export interface MissingPackage {
  readonly path: string
  readonly name: string
  readonly version: string
  /** An entry of the same family that is there, to take the other fields from. */
  readonly sibling: LockedPackage | undefined
}

const PLATFORM = /(?:android|darwin|freebsd|linux|openharmony|win32|wasm32)[\w-]*$/

/** Lists the platform packages that the entries name and the lock file lacks. */
export function missingPlatforms({ packages }: Lockfile): MissingPackage[] {
  return Object.entries(packages).flatMap(([dependent, { optionalDependencies = {} }]) => {
    const names = Object.keys(optionalDependencies).filter((name) => PLATFORM.test(name))
    const sibling = names.map((name) => find(packages, dependent, name)).find(Boolean)
    return names.flatMap((name) => {
      const version = optionalDependencies[name] ?? ''
      const found = find(packages, dependent, name)
      if (found?.version === version) return []
      const path = `${found === undefined ? '' : `${dependent}/`}node_modules/${name}`
      return [{ path, name, version, sibling }]
    })
  })
}

/** Finds a package as Node resolves it for `dependent`: in its own folder first, then upwards. */
function find(
  packages: Lockfile['packages'],
  dependent: string,
  name: string,
): LockedPackage | undefined {
  const found = packages[`${dependent && `${dependent}/`}node_modules/${name}`]
  if (found !== undefined || dependent === '') return found
  const above = dependent.lastIndexOf('/node_modules/')
  return find(packages, above === -1 ? '' : dependent.slice(0, above), name)
}

/** Gives the entry of a missing package; npm fills in the integrity where it installs it. */
function toEntry({ name, version, sibling = {} }: MissingPackage): LockedPackage {
  const { integrity: _integrity, libc: _libc, os: _os, ...common } = sibling
  const [os = '', cpu = os, abi = ''] = (PLATFORM.exec(name)?.[0] ?? '').split('-')
  const libc = abi.startsWith('musl') ? 'musl' : abi.startsWith('gnu') ? 'glibc' : undefined
  return {
    ...common,
    version,
    cpu: [cpu],
    ...(os === 'wasm32' ? {} : { os: [os] }),
    ...(libc === undefined ? {} : { libc: [libc] }),
  }
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '../package-lock.json')
  const lockfile = JSON.parse(readFileSync(file, 'utf8')) as Lockfile
  for (const missing of missingPlatforms(lockfile)) {
    lockfile.packages[missing.path] = toEntry(missing)
    console.log(`${missing.path} ${missing.version}`)
  }
  const byPath = Object.entries(lockfile.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'))
  const packages = Object.fromEntries(byPath)
  writeFileSync(file, `${JSON.stringify({ ...lockfile, packages }, null, 2)}\n`)
}
