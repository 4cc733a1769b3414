import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** One installed copy of a package. */
export interface InstalledCopy {
  readonly version: string
  /** Its folder, symbolic links resolved. */
  readonly folder: string
}

/** Finds every copy of a package that something in an app's tree may load: in node_modules folders upwards from `root`, and nested ones below. */
export function findCopies(name: string, root: string): InstalledCopy[] {
  const copies = new Map<string, InstalledCopy>()
  const seen = new Set<string>()
  for (let folder = root; ; folder = dirname(folder)) {
    collect(name, join(folder, 'node_modules'), copies, seen)
    if (dirname(folder) === folder) return [...copies.values()]
  }
}

function collect(
  name: string,
  modules: string,
  copies: Map<string, InstalledCopy>,
  seen: Set<string>,
): void {
  const real = toRealPath(modules)
  if (real === undefined || seen.has(real)) return
  seen.add(real)
  const copy = readCopy(join(real, name))
  if (copy !== undefined) copies.set(copy.folder, copy)
  for (const folder of listPackages(real)) collect(name, join(folder, 'node_modules'), copies, seen)
}

/** The packages of one node_modules folder, scoped ones too, and the folders of pnpm's store. */
function listPackages(modules: string): string[] {
  return readdirSync(modules, { withFileTypes: true }).flatMap((entry) => {
    const path = join(modules, entry.name)
    if (entry.name.startsWith('@') || entry.name === '.pnpm')
      return readdirSync(path).map((inner) => join(path, inner))
    return entry.isDirectory() && !entry.name.startsWith('.') ? [path] : []
  })
}

function readCopy(folder: string): InstalledCopy | undefined {
  try {
    const file = join(realpathSync(folder), 'package.json')
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown }
    return { version: typeof version === 'string' ? version : '0.0.0', folder: dirname(file) }
  } catch {
    return undefined
  }
}

function toRealPath(path: string): string | undefined {
  return existsSync(path) ? realpathSync(path) : undefined
}
