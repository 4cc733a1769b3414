/** A package that a lockfile fixes. */
export interface LockedPackage {
  readonly name: string
  readonly version: string
  /** As lockfiles have it: `sha512-…` in base64, maybe several. */
  readonly integrity?: string
  /** What its package.json says, where the lockfile repeats it. */
  readonly license?: string
  /** Where it may be installed; an empty list is everywhere. */
  readonly os: readonly string[]
  readonly cpu: readonly string[]
  readonly libc: readonly string[]
  /** Whether an install goes on without it. */
  readonly isOptional: boolean
  /** The keys of what it needs. */
  readonly needs: readonly string[]
}

/** What a lockfile fixes for the parts of a repository that go into an image; development packages are left out. */
export interface LockedTree {
  /** The keys of what the app itself needs. */
  readonly roots: readonly string[]
  /** By a key of the lockfile's own kind. */
  readonly packages: ReadonlyMap<string, LockedPackage>
}

/** What a reader of a lockfile asks of one of its kinds. */
export interface TreeSource {
  readonly roots: readonly string[]
  /** Gives a package, or `undefined` for what is no package: a folder of the repository. */
  readonly find: (key: string) => LockedPackage | undefined
}

/** Gives all packages that the roots need, and theirs. */
export function walkTree({ roots, find }: TreeSource): LockedTree {
  const packages = new Map<string, LockedPackage>()
  const waiting = [...roots]
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (packages.has(key)) continue
    const found = find(key)
    if (found === undefined) continue
    packages.set(key, found)
    waiting.push(...found.needs)
  }
  return { roots: roots.filter((key) => packages.has(key)), packages }
}

/** JSON of a lockfile: an object, or nothing. */
export type LockRecord = Readonly<Record<string, unknown>>

/** Gives a member that is an object, else an empty one. */
export function recordIn(record: LockRecord, name: string): LockRecord {
  const value = Object.hasOwn(record, name) ? record[name] : undefined
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as LockRecord)
    : {}
}

/** Gives a member that is a text, else `undefined`. */
export function textIn(record: LockRecord, name: string): string | undefined {
  const value = record[name]
  return typeof value === 'string' ? value : undefined
}

/** Gives a member that is a list of texts, else an empty one; npm writes a list of one as its text. */
export function textsIn(record: LockRecord, name: string): readonly string[] {
  const value = record[name]
  if (typeof value === 'string') return [value]
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : []
}
