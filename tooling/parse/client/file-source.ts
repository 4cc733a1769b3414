import { readFile, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { SNAPSHOT_MAX_BYTES, SNAPSHOT_PATH, type SnapshotSource } from './snapshot-source.ts'
import { unreadable } from './unreadable.ts'

/** A file, or a folder with a `contract.json`; named from the root of the project, so that it is found again from anywhere. */
export function toFileSource(path: string, { cwd, root }: FilePlace): SnapshotSource {
  const absolute = resolve(cwd, path)
  const fromRoot = relative(root, absolute).replaceAll('\\', '/')
  const name = fromRoot.startsWith('.') ? fromRoot : `./${fromRoot}`
  return {
    name,
    read: async () => ({ text: await readSnapshotFile(absolute, name) }),
  }
}

/** Where a path was given, and where the project is. */
export interface FilePlace {
  readonly cwd: string
  readonly root: string
}

/** Reads a file that should be a snapshot. Rejects with SERVICEX_SNAPSHOT_INVALID. */
export async function readSnapshotFile(path: string, shown: string): Promise<string> {
  try {
    const { size, isFolder } = await stat(path).then((found) => ({
      size: found.size,
      isFolder: found.isDirectory(),
    }))
    if (isFolder) return await readSnapshotFile(join(path, SNAPSHOT_PATH), shown)
    if (size > SNAPSHOT_MAX_BYTES)
      throw unreadable(shown, `it has more than ${SNAPSHOT_MAX_BYTES} bytes`)
    return await readFile(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined || code.startsWith('SERVICEX_')) throw cause
    throw unreadable(shown, code === 'ENOENT' ? 'there is no such file' : code, { cause })
  }
}
