import type { LockedPackage, LockedTree, LockRecord } from './locked-package.ts'
import { recordIn, textIn, textsIn, walkTree } from './locked-package.ts'

/**
 * Reads pnpm-lock.yaml (version 9, of pnpm 9 and 10) for the folders that go into an image; the top
 * folder is `''`. A package's key is that of its snapshot: name, version and peers. `undefined` for older versions.
 */
export function toPnpmTree(lock: LockRecord, folders: readonly string[]): LockedTree | undefined {
  if (!String(lock['lockfileVersion']).startsWith('9')) return undefined
  const importers = recordIn(lock, 'importers')
  const snapshots = recordIn(lock, 'snapshots')
  const packages = recordIn(lock, 'packages')
  const keysOf = (record: LockRecord): string[] =>
    ['dependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries(recordIn(record, kind)).map(([name, needed]) =>
        toKey(snapshots, name, toVersion(needed)),
      ),
    )
  return walkTree({
    roots: folders.flatMap((folder) => keysOf(recordIn(importers, folder === '' ? '.' : folder))),
    find: (key) => {
      if (!Object.hasOwn(snapshots, key)) return undefined
      const snapshot = recordIn(snapshots, key)
      return toPackage(key, recordIn(packages, withoutPeers(key)), {
        isOptional: snapshot['optional'] === true,
        needs: keysOf(snapshot),
      })
    },
  })
}

function toVersion(needed: unknown): string {
  if (typeof needed === 'string') return needed
  return textIn((needed ?? {}) as LockRecord, 'version') ?? ''
}

/** A package under another name has its own name in its version. */
function toKey(snapshots: LockRecord, name: string, version: string): string {
  return Object.hasOwn(snapshots, version) ? version : `${name}@${version}`
}

function withoutPeers(key: string): string {
  const peers = key.indexOf('(')
  return peers === -1 ? key : key.slice(0, peers)
}

function toPackage(
  key: string,
  entry: LockRecord,
  rest: Pick<LockedPackage, 'isOptional' | 'needs'>,
): LockedPackage {
  const plain = withoutPeers(key)
  const at = plain.indexOf('@', 1)
  const integrity = textIn(recordIn(entry, 'resolution'), 'integrity')
  return {
    ...rest,
    name: plain.slice(0, at),
    version: textIn(entry, 'version') ?? plain.slice(at + 1),
    os: textsIn(entry, 'os'),
    cpu: textsIn(entry, 'cpu'),
    libc: textsIn(entry, 'libc'),
    ...(integrity === undefined ? {} : { integrity }),
  }
}
