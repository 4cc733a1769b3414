import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A package as it is installed for the app. */
export interface InstalledPackage {
  readonly name: string
  readonly version: string
  readonly folder: string
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
    return { name, version, folder: dirname(file), esm: isEsm(json) }
  } catch {
    return undefined
  }
}

/** Follows the `import` condition of the main export, as Node does for an `import` of the package. */
function isEsm(json: Record<string, unknown>): boolean {
  const exported = json['exports'] as { '.'?: unknown } | string | undefined
  const root =
    typeof exported === 'object' && exported !== null && '.' in exported ? exported['.'] : exported
  const target =
    importTarget(root) ?? (typeof json['main'] === 'string' ? json['main'] : 'index.js')
  if (target.endsWith('.mjs')) return true
  return json['type'] === 'module'
    ? !target.endsWith('.cjs')
    : /(?:^|\/)(?:esm|es|mjs)\//.test(target)
}

function importTarget(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return undefined
  for (const [condition, target] of Object.entries(value)) {
    if (!['node', 'import', 'module-sync', 'default'].includes(condition)) continue
    const found = importTarget(target)
    if (found !== undefined) return found
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
