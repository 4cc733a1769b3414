import { lstat, readFile, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry, FileEntry } from '../../plan/image/entry.ts'
import { toChecked } from './open-source.ts'

/** What stands in a folder on disk. */
export interface Collected {
  readonly entries: readonly Entry[]
  /** Neither files, folders nor links, or with names that are no UTF-8. */
  readonly unsafe: readonly string[]
}

/** Lists the files and links below a folder, as paths below `prefix`; links are not followed. Folders that `isSkipped` names are passed over. */
export async function collectFiles(
  folder: string,
  prefix: string,
  isSkipped: (path: string) => boolean = () => false,
): Promise<Collected> {
  const entries: Entry[] = []
  const unsafe: string[] = []
  const visit = async (place: string, path: string): Promise<void> => {
    const stats = await lstat(place)
    if (stats.isSymbolicLink()) entries.push({ kind: 'link', path, target: await readlink(place) })
    else if (stats.isFile()) entries.push(await toFile(place, path, stats))
    else unsafe.push(path)
  }
  const walk = async (place: string, path: string): Promise<void> => {
    const members = await readdir(place, { withFileTypes: true }).catch(toNothing)
    await Promise.all(
      members.map(async (member) => {
        const below = path === '' ? member.name : `${path}/${member.name}`
        if (member.name.includes('\uFFFD')) unsafe.push(below)
        else if (!member.isDirectory()) await visit(join(place, member.name), below)
        else if (!isSkipped(below)) await walk(join(place, member.name), below)
      }),
    )
  }
  await walk(folder, prefix)
  return { entries, unsafe: unsafe.toSorted() }
}

function toFile(
  place: string,
  path: string,
  { size, mode }: { readonly size: number; readonly mode: number },
): Promise<FileEntry> {
  const isExecutable = (mode & 0o111) !== 0
  const content = { kind: 'disk', path: place } as const
  const read = (): Promise<Buffer> => readFile(place)
  return toChecked(read, { kind: 'file', path, sizeBytes: size, isExecutable, content })
}

function toNothing(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return []
  throw error
}
