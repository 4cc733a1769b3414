import type { LockedPackage, LockedTree, LockRecord } from './locked-package.ts'
import { recordIn, textIn, textsIn, walkTree } from './locked-package.ts'

const MODULES = 'node_modules/'

/**
 * Reads package-lock.json (versions 2 and 3) for the folders that go into an image; the top folder is `''`.
 *
 * A package's key is its path. Peers count: npm installs them. `undefined` for version 1, which does not tell enough.
 */
export function toNpmTree(lock: LockRecord, folders: readonly string[]): LockedTree | undefined {
  const entries = recordIn(lock, 'packages')
  if (!Object.hasOwn(entries, '')) return undefined
  const needsOf = (path: string): string[] =>
    toNeeds(recordIn(entries, path)).flatMap((name) => findPath(entries, path, name) ?? [])
  return walkTree({
    roots: folders.flatMap(needsOf),
    find: (path) => {
      const entry = recordIn(entries, path)
      return entry['link'] === true ? undefined : toPackage(path, entry, needsOf(path))
    },
  })
}

function toNeeds(entry: LockRecord): string[] {
  const optionalPeers = Object.entries(recordIn(entry, 'peerDependenciesMeta'))
    .filter(([, meta]) => (meta as { readonly optional?: unknown } | null)?.optional === true)
    .map(([name]) => name)
  const peers = Object.keys(recordIn(entry, 'peerDependencies'))
  return [
    ...Object.keys(recordIn(entry, 'dependencies')),
    ...Object.keys(recordIn(entry, 'optionalDependencies')),
    ...peers.filter((name) => !optionalPeers.includes(name)),
  ]
}

/** Looks a name up as Node does: beside the package, then in every folder above. */
function findPath(entries: LockRecord, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = parentOf(folder)) {
    const path = folder === '' ? `${MODULES}${name}` : `${folder}/${MODULES}${name}`
    if (Object.hasOwn(entries, path)) return path
    if (folder === '') return undefined
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function toPackage(
  path: string,
  entry: LockRecord,
  needs: readonly string[],
): LockedPackage | undefined {
  const version = textIn(entry, 'version')
  if (version === undefined) return undefined
  const integrity = textIn(entry, 'integrity')
  const license = textIn(entry, 'license')
  return {
    name: textIn(entry, 'name') ?? path.slice(path.lastIndexOf(MODULES) + MODULES.length),
    version,
    os: textsIn(entry, 'os'),
    cpu: textsIn(entry, 'cpu'),
    libc: textsIn(entry, 'libc'),
    isOptional: entry['optional'] === true,
    needs,
    ...(integrity === undefined ? {} : { integrity }),
    ...(license === undefined ? {} : { license }),
  }
}
