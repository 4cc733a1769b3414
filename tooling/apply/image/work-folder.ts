import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Content, Entry } from '../../plan/image/entry.ts'

/** A folder of our own in which packages are installed and builds run; must be closed. */
export interface WorkFolder {
  readonly path: string
  /** What was noted of the packages that are there already; `undefined` when there are none. */
  readonly installed: string | undefined
  /** Keeps the packages for the next build, with a note on them. */
  readonly markInstalled: (note: string) => Promise<void>
  /** Removes all but installed packages, then writes these files. */
  readonly lay: (
    entries: readonly Entry[],
    read: (content: Content) => Promise<Buffer>,
  ) => Promise<void>
  readonly close: () => Promise<void>
}

/** How many folders with installed packages are kept. */
const KEPT_FOLDERS = 4

/**
 * Opens the folder of a key, with the packages that were installed there before. While another build is
 * in it, an empty one that is removed at the end.
 */
export async function openWorkFolder(cacheFolder: string, key: string): Promise<WorkFolder> {
  const top = join(cacheFolder, 'work')
  await mkdir(top, { recursive: true, mode: 0o700 })
  const lock = join(top, `${key}.lock`)
  const isOurs = await claim(lock)
  const path = join(top, isOurs ? key : `${key}-${randomUUID()}`)
  const mark = `${path}.installed`
  const note = await readFile(mark, 'utf8').catch(() => undefined)
  const installed = existsSync(path) ? note : undefined
  if (installed === undefined) await rm(path, { recursive: true, force: true })
  await mkdir(path, { recursive: true, mode: 0o700 })
  return {
    path,
    installed,
    markInstalled: async (text) => {
      // In one step: a build that is killed here leaves no note that is cut short.
      await writeFile(`${path}.draft`, text)
      await rename(`${path}.draft`, mark)
    },
    lay: async (entries, read) => {
      await clear(path)
      for (const entry of entries) await layEntry(path, entry, read)
    },
    close: async () => {
      const isKept = isOurs && existsSync(mark)
      if (!isKept)
        for (const each of [mark, `${path}.draft`, path])
          await rm(each, { recursive: true, force: true })
      if (!isOurs) return
      if (isKept) await utimes(mark, new Date(), new Date())
      await rm(lock, { force: true })
      await prune(top)
    },
  }
}

/** Takes a lock; one whose process is gone is nobody's. */
async function claim(lock: string): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const file = await open(lock, 'wx')
      await file.writeFile(String(process.pid))
      await file.close()
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (isAlive(Number(await readFile(lock, 'utf8').catch(() => '')))) return false
      await rm(lock, { force: true })
    }
  }
  return false
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function clear(folder: string): Promise<void> {
  for (const member of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, member.name)
    if (!member.isDirectory()) await rm(path)
    else if (member.name !== 'node_modules') {
      await clear(path)
      // Not empty where packages are installed below.
      await rmdir(path).catch(() => undefined)
    }
  }
}

async function layEntry(
  folder: string,
  entry: Entry,
  read: (content: Content) => Promise<Buffer>,
): Promise<void> {
  const place = join(folder, entry.path)
  await mkdir(dirname(place), { recursive: true })
  if (entry.kind === 'link') await symlink(entry.target, place)
  else
    await writeFile(place, await read(entry.content), { mode: entry.isExecutable ? 0o755 : 0o644 })
}

async function prune(top: string): Promise<void> {
  const marks = (await readdir(top)).filter((name) => name.endsWith('.installed'))
  const aged = await Promise.all(
    marks.map(async (name) => ({ name, time: (await stat(join(top, name))).mtimeMs })),
  )
  for (const { name } of aged.toSorted((a, b) => b.time - a.time).slice(KEPT_FOLDERS)) {
    const path = join(top, name.slice(0, -'.installed'.length))
    if (!(await claim(`${path}.lock`))) continue
    await rm(join(top, name), { force: true })
    await rm(path, { recursive: true, force: true })
    await rm(`${path}.lock`, { force: true })
  }
}
