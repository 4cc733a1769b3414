import { type FSWatcher, watch } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What an app writes or never imports from: changes there start nothing. */
const IGNORED = new Set([
  'node_modules',
  'dist',
  'build',
  'coverage',
  'test',
  'tests',
  'tmp',
  'logs',
])
/** What an app is made of. */
const WATCHED = /\.(?:[cm]?[jt]sx?|json|ya?ml|sql|graphql|proto)$|^\.env(?:\..+)?$/
const MAX_FOLDERS = 2_000
/** Editors write a file in several steps. */
const SETTLE_MS = 120

/** A watch over the sources of an app; whoever opened it closes it. */
export interface FolderWatch {
  close(): void
}

/**
 * Calls `onChange` with the path of a file once the files below `root` have settled after a change.
 * Folders that begin with a dot, are installed, built or of tests are not looked at.
 */
export async function watchFolder(
  root: string,
  onChange: (path: string) => void,
): Promise<FolderWatch> {
  const watchers = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  async function add(folder: string): Promise<void> {
    if (isClosed || watchers.has(folder) || watchers.size >= MAX_FOLDERS) return
    try {
      const watcher = watch(folder, (_event, name) => changed(folder, name))
      watcher.on('error', () => drop(folder))
      watchers.set(folder, watcher)
    } catch {
      // It went away between being seen and being watched.
      return
    }
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    const below = entries.filter((entry) => entry.isDirectory() && isWatchedFolder(entry.name))
    await Promise.all(below.map((entry) => add(join(folder, entry.name))))
  }

  function drop(folder: string): void {
    watchers.get(folder)?.close()
    watchers.delete(folder)
  }

  function changed(folder: string, name: string | null): void {
    if (name === null || isClosed) return
    const path = join(folder, name)
    if (WATCHED.test(name)) {
      clearTimeout(timer)
      timer = setTimeout(() => onChange(path), SETTLE_MS)
    } else if (isWatchedFolder(name) && !name.includes('.')) void add(path)
  }

  await add(root)
  return {
    close() {
      isClosed = true
      clearTimeout(timer)
      for (const folder of watchers.keys()) drop(folder)
    },
  }
}

function isWatchedFolder(name: string): boolean {
  return !name.startsWith('.') && !IGNORED.has(name)
}
