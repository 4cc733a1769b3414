import { lstat, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type GitFile,
  type GitObjects,
  openGitObjects,
  readCommitFiles,
} from '../../parse/git-objects.ts'
import { type Content, type Entry, type FileEntry, byPath } from '../../plan/image/entry.ts'
import { holdsPrivateKey, mayHoldPrivateKey } from '../../plan/image/secret-files.ts'
import { toUnsafePaths } from '../../plan/image/unsafe-paths.ts'
import { assertSafe } from './assert-safe.ts'

/** What an image is made of: a commit, and, where that is asked for, what was changed since. */
export interface SourceRequest {
  readonly repository: string
  readonly revision: string
  /** The folder whose files are read, below the repository's; the top is the empty text. */
  readonly folder: string
  /** Files of the working tree that stand in for those of the commit, relative to the repository. */
  readonly dirtyFiles: readonly string[]
}

/** The files an image is made of; must be closed. */
export interface Source {
  readonly entries: readonly Entry[]
  /** Paths of submodules: their files are in another repository. */
  readonly submodules: readonly string[]
  readonly read: (content: Content) => Promise<Buffer>
  readonly close: () => void
}

/** Opens the files of a commit, as they were committed: the working tree is read for `dirtyFiles` alone. Rejects with SERVICEX_IMAGE_CONTENT_UNSAFE for a forged tree. */
export async function openSource(request: SourceRequest): Promise<Source> {
  const { repository, revision, folder } = request
  const files = await readCommitFiles(repository, revision, folder)
  const objects = openGitObjects(repository)
  try {
    return await readSource(request, files, objects)
  } catch (error) {
    objects.close()
    throw error
  }
}

async function readSource(
  { repository, folder, dirtyFiles }: SourceRequest,
  files: readonly GitFile[],
  objects: GitObjects,
): Promise<Source> {
  const read = (content: Content): Promise<Buffer> => readContent(objects, content)
  const committed = await Promise.all(
    files
      .filter(({ kind }) => kind !== 'submodule')
      .map(async (file): Promise<Entry> => {
        if (file.kind === 'link')
          return { kind: 'link', path: file.path, target: (await objects.read(file.id)).toString() }
        return toChecked(read, {
          kind: 'file',
          path: file.path,
          sizeBytes: file.sizeBytes,
          isExecutable: file.kind === 'executable',
          content: { kind: 'blob', id: file.id },
        })
      }),
  )
  const changed = await readChanged(repository, folder, dirtyFiles)
  const entries = new Map(committed.map((entry) => [entry.path, entry]))
  for (const [path, entry] of changed) {
    if (entry === undefined) entries.delete(path)
    else entries.set(path, entry.kind === 'file' ? await toChecked(read, entry) : entry)
  }
  assertSafe(toUnsafePaths([...committed, ...entries.values()]))
  return {
    entries: [...entries.values()].toSorted(byPath),
    submodules: files.filter(({ kind }) => kind === 'submodule').map(({ path }) => path),
    read,
    close: objects.close,
  }
}

/** Reads what stands at a path: a file or a link; nothing for all else, and for what is not there. */
async function readEntry(place: string, path: string): Promise<Entry | undefined> {
  try {
    const stats = await lstat(place)
    if (stats.isSymbolicLink()) return { kind: 'link', path, target: await readlink(place) }
    if (!stats.isFile()) return undefined
    return {
      kind: 'file',
      path,
      sizeBytes: stats.size,
      isExecutable: (stats.mode & 0o111) !== 0,
      content: { kind: 'disk', path: place },
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Looks into a file whose name may be that of a private key. */
export async function toChecked(
  read: (content: Content) => Promise<Buffer>,
  entry: FileEntry,
): Promise<FileEntry> {
  if (!mayHoldPrivateKey(entry.path, entry.sizeBytes)) return entry
  const isKey = holdsPrivateKey((await read(entry.content)).toString('latin1'))
  return isKey ? { ...entry, holdsPrivateKey: true } : entry
}

async function readChanged(
  repository: string,
  folder: string,
  dirtyFiles: readonly string[],
): Promise<ReadonlyMap<string, Entry | undefined>> {
  const prefix = folder === '' ? '' : `${folder}/`
  const inside = dirtyFiles.filter((path) => path.startsWith(prefix) && !path.endsWith('/'))
  const entries = inside.map(async (path): Promise<[string, Entry | undefined]> => {
    const below = path.slice(prefix.length)
    return [below, await readEntry(join(repository, path), below)]
  })
  return new Map(await Promise.all(entries))
}

function readContent(objects: GitObjects, content: Content): Promise<Buffer> {
  switch (content.kind) {
    case 'blob':
      return objects.read(content.id)
    case 'disk':
      return readFile(content.path)
    case 'text':
      return Promise.resolve(Buffer.from(content.text))
  }
}
