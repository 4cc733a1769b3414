/**
 * npm leaves the binaries of other platforms out of a lockfile when its registry does not serve them, as a
 * company's mirror may not; `npm ci` then refuses that lockfile. This adds what is missing.
 */

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
  readonly resolved?: string
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

const EXACT = /^\d+\.\d+\.\d/
const PLATFORM = /(?:android|darwin|freebsd|linux|openharmony|win32|wasm32)[\w-]*$/

/** Lists the platform packages that the entries name and the lock file lacks. */
export function missingPlatforms({ packages }: Lockfile): MissingPackage[] {
  return Object.entries(packages).flatMap(([dependent, { optionalDependencies = {} }]) => {
    const names = Object.keys(optionalDependencies).filter((name) => PLATFORM.test(name))
    const sibling = names.map((name) => find(packages, dependent, name)).find(Boolean)
    return names.flatMap((name) => {
      const version = optionalDependencies[name] ?? ''
      if (!EXACT.test(version)) return []
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
  const { integrity: _integrity, resolved: _resolved, libc: _libc, os: _os, ...common } = sibling
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

/** Gives a lockfile with every platform package that its entries name, in npm's order. */
export function completeLockfile<Whole extends Lockfile>(lockfile: Whole): Whole {
  const missing = missingPlatforms(lockfile).map((each) => [each.path, toEntry(each)] as const)
  if (missing.length === 0) return lockfile
  const packages = Object.entries({ ...lockfile.packages, ...Object.fromEntries(missing) })
  const ordered = packages.toSorted(([a], [b]) => a.localeCompare(b, 'en'))
  return { ...lockfile, packages: Object.fromEntries(ordered) }
}
