import { type FilePlace, toFileSource } from './file-source.ts'
import { toGitSource } from './git-source.ts'
import { toPackageSource } from './package-source.ts'
import type { SnapshotSource } from './snapshot-source.ts'
import { toUrlSource } from './url-source.ts'

/** Reads what was given as the source of a snapshot: a git address, a package, an http(s) address, else a path. */
export function toSource(text: string, place: FilePlace): SnapshotSource {
  return (
    toGitSource(text) ??
    toPackageSource(text, place.root) ??
    toUrlSource(text) ??
    toFileSource(text, place)
  )
}
