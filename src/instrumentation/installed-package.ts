import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** A package as it is installed for the app. */
export interface InstalledPackage {
  readonly name: string
  readonly version: string
  /** Where its files are, symbolic links resolved: the name under which Node keeps them. */
  readonly folder: string
  /** The file that an `import` of it loads; it need not be there. */
  readonly entry: string
  /** An `import` of it gives real ES modules, which only a loader hook can reach. */
  readonly esm: boolean
}

/** Finds a package the way Node would from `from`, through the node_modules folders upwards; `undefined` when it is not there. */
export function findInstalled(name: string, from: string): InstalledPackage | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', name, 'package.json')
    if (existsSync(file)) return readInstalled(name, file)
    if (dirname(folder) === folder) return undefined
  }
}

function readInstalled(name: string, file: string): InstalledPackage | undefined {
  try {
    const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    const version = typeof json['version'] === 'string' ? json['version'] : '0.0.0'
    const folder = dirname(realpathSync(file))
    const entry = toEntry(json, folder)
    return { name, version, folder, entry, esm: isEsm(entry) }
  } catch {
    return undefined
  }
}

/** Follows the `import` condition of the main export, as Node does for an `import` of the package. */
function toEntry(json: Record<string, unknown>, folder: string): string {
  const exported = json['exports'] as { '.'?: unknown } | string | undefined
  const root =
    typeof exported === 'object' && exported !== null && '.' in exported ? exported['.'] : exported
  const target =
    importTarget(root) ?? (typeof json['main'] === 'string' ? json['main'] : 'index.js')
  return resolve(folder, target)
}

function isEsm(file: string): boolean {
  return existsSync(file) && !isCommonJs(file) && !isWrapper(file)
}

function importTarget(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(importTarget).find((target) => target !== undefined)
  if (typeof value !== 'object' || value === null) return undefined
  for (const [condition, target] of Object.entries(value)) {
    if (!['node', 'import', 'module-sync', 'default'].includes(condition)) continue
    const found = importTarget(target)
    if (found !== undefined) return found
  }
  return undefined
}

const ES_SYNTAX = /^\s*(?:import|export)\b/m
const RELATIVE_IMPORT = /(?:from|import)\s*['"](\.[^'"]+)['"]/g

function isCommonJs(file: string): boolean {
  if (/\.[cm]js$/.test(file)) return file.endsWith('.cjs')
  const type = nearestType(dirname(file))
  return type === undefined ? !ES_SYNTAX.test(readFileSync(file, 'utf8')) : type !== 'module'
}

/** Many packages give importers a few ES lines around CommonJS code, which the `require` hooks reach. */
function isWrapper(file: string): boolean {
  const imported = [...readFileSync(file, 'utf8').matchAll(RELATIVE_IMPORT)].map(([, path]) =>
    resolve(dirname(file), path ?? ''),
  )
  return imported.length > 0 && imported.every((path) => existsSync(path) && isCommonJs(path))
}

function nearestType(from: string): string | undefined {
  for (let folder = from; dirname(folder) !== folder; folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { type?: string }).type
  }
  return undefined
}

/** Says whether `version` is `least` or later; a prerelease counts as its release. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map(
    (text) => text.split(/[-+]/, 1)[0]?.split('.').map(Number) ?? [],
  )
  for (let index = 0; index < 3; index += 1) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}
