import { createHash } from 'node:crypto'
import { lstat, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Gives a name for what differs from the commit: twelve hexadecimal digits over paths and contents. */
export async function readDirtyName(
  repository: string,
  dirtyFiles: readonly string[],
): Promise<string> {
  const hash = createHash('sha256')
  for (const path of dirtyFiles.toSorted()) {
    hash.update(`${JSON.stringify(path)}\n`)
    hash.update(await readState(join(repository, path)))
  }
  return hash.digest('hex').slice(0, 12)
}

/** A file's bytes with what kind of file it is; a word for all else. */
async function readState(place: string): Promise<string | Buffer> {
  try {
    const stats = await lstat(place)
    if (stats.isSymbolicLink()) return `link ${await readlink(place)}\n`
    if (!stats.isFile()) return 'other\n'
    const head = `file ${(stats.mode & 0o111) !== 0} ${stats.size}\n`
    return Buffer.concat([Buffer.from(head), await readFile(place)])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'deleted\n'
    throw error
  }
}
