import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { GeneratedFile } from '../../plan/client/render-module.ts'

/** What a client's folder has come to. */
export interface WrittenClient {
  /** Files that are new or have changed, relative to the folder. */
  readonly written: readonly string[]
  readonly unchanged: readonly string[]
  readonly removed: readonly string[]
}

/**
 * Writes the files of a client, each as a whole or not at all, and removes validators of an earlier
 * run that are no more. A file that has not changed is not touched.
 */
export async function writeClient(
  folder: string,
  service: string,
  files: readonly GeneratedFile[],
): Promise<WrittenClient> {
  const written: string[] = []
  const unchanged: string[] = []
  for (const { path, text } of files) {
    const target = join(folder, path)
    if ((await readIfThere(target)) === text) unchanged.push(path)
    else {
      await writeWhole(target, text)
      written.push(path)
    }
  }
  const kept = new Set(files.map(({ path }) => path))
  const removed = (await validatorFiles(folder, service)).filter((path) => !kept.has(path))
  await Promise.all(removed.map((path) => rm(join(folder, path))))
  return { written, unchanged, removed }
}

/** Gives the text of a file; nothing when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Gives the files of a client's validators that are there, relative to the folder. */
export async function validatorFiles(folder: string, service: string): Promise<readonly string[]> {
  const name = `${service}.validators`
  const files = await readdir(join(folder, name)).catch(() => [])
  return files.filter((file) => file.endsWith('.js')).map((file) => `${name}/${file}`)
}

/** Writes a file as a whole or not at all, with the folders above it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}.tmp`
  await writeFile(draft, text)
  await rename(draft, path)
}
