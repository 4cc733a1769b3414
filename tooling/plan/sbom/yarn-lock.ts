import type { LockedPackage, LockedTree, LockRecord } from './locked-package.ts'
import { recordIn, textIn, walkTree } from './locked-package.ts'

/** What a package.json of the repository needs at run time. */
export interface YarnRoot {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * Reads yarn.lock, of Yarn 1 or a later one, for the packages of the repository that go into an image.
 * A package's key is the `name@range` it is asked for by. Of Yarn 1, pass what `readYarnClassic` gives.
 */
export function toYarnTree(lock: LockRecord, roots: readonly YarnRoot[]): LockedTree {
  const isClassic = !Object.hasOwn(lock, '__metadata')
  const entries = new Map(
    Object.entries(lock).flatMap(([names, entry]) =>
      typeof entry === 'object' && entry !== null
        ? names.split(/,\s*/).map((name) => [name, entry as LockRecord] as const)
        : [],
    ),
  )
  const keysIn = (record: LockRecord, kind: string): string[] =>
    Object.entries(recordIn(record, kind)).map(
      ([name, range]) => findKey(entries, name, String(range)) ?? `${name}@${String(range)}`,
    )
  const keysOf = (record: LockRecord): string[] => [
    ...keysIn(record, 'dependencies'),
    ...keysIn(record, 'optionalDependencies'),
  ]
  const users = [...entries.values(), ...(roots as readonly LockRecord[])]
  const needed = new Set(users.flatMap((user) => keysIn(user, 'dependencies')))
  return walkTree({
    roots: roots.flatMap((root) => keysOf(root as LockRecord)),
    find: (key) => {
      const entry = entries.get(key)
      if (entry === undefined || String(entry['resolution']).includes('@workspace:'))
        return undefined
      return toPackage(key, entry, {
        isClassic,
        isOptional: !needed.has(key),
        needs: keysOf(entry),
      })
    },
  })
}

/**
 * Gives a yarn.lock of Yarn 1, which is not quite YAML, as an object. Lines that are none of its
 * three kinds (a name, a value, a list of needs) are passed over.
 */
export function readYarnClassic(text: string): LockRecord {
  const lock: Record<string, Record<string, unknown>> = Object.create(null) as never
  let entry: Record<string, unknown> = {}
  let needs: Record<string, unknown> | undefined
  for (const line of text.split(/\r?\n/)) {
    const words = toWords(line.trim().replace(/:$/, ''))
    const [first, second] = words
    if (first === undefined || line.startsWith('#')) continue
    const depth = line.length - line.trimStart().length
    if (depth === 0) {
      entry = {}
      needs = undefined
      lock[words.join(', ')] = entry
    } else if (depth === 2 && second === undefined) {
      needs = Object.create(null) as Record<string, unknown>
      entry[first] = needs
    } else if (depth === 2) entry[first] = second
    else if (needs !== undefined && second !== undefined) needs[first] = second
  }
  return lock
}

/** The words of a line: quoted ones whole, commas left out. */
function toWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|([^\s",]+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  )
}

/** Later Yarns write the protocol that is implied. */
function findKey(
  entries: ReadonlyMap<string, LockRecord>,
  name: string,
  range: string,
): string | undefined {
  return [`${name}@${range}`, `${name}@npm:${range}`].find((key) => entries.has(key))
}

interface Found extends Pick<LockedPackage, 'isOptional' | 'needs'> {
  readonly isClassic: boolean
}

function toPackage(
  key: string,
  entry: LockRecord,
  { isClassic, isOptional, needs }: Found,
): LockedPackage | undefined {
  const version = textIn(entry, 'version')
  if (version === undefined) return undefined
  // `alias@npm:real@range` of Yarn 1; later ones say the resolution.
  const named = isClassic
    ? key.replace(/^.*@npm:(?=@?[^@]+@)/, '')
    : (textIn(entry, 'resolution') ?? key)
  const integrity = isClassic ? textIn(entry, 'integrity') : undefined
  const conditions = textIn(entry, 'conditions') ?? ''
  const where = (kind: string): string[] =>
    [...conditions.matchAll(new RegExp(`\\b${kind}=(\\w+)`, 'g'))].map(([, value = '']) => value)
  return {
    name: named.slice(0, named.indexOf('@', 1)),
    version,
    os: where('os'),
    cpu: where('cpu'),
    libc: where('libc'),
    isOptional: isOptional || conditions !== '',
    needs,
    ...(integrity === undefined ? {} : { integrity }),
  }
}
