import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The app's own package, as far as the runtime cares. */
export interface AppPackage {
  /** The folder that holds package.json; the working directory when there is none. */
  readonly root: string
  readonly name: string | undefined
  readonly version: string | undefined
  /** Names of production dependencies. */
  readonly dependencies: readonly string[]
}

/** Reads the package.json nearest to the entrypoint, then to the working directory. Never throws. */
export function readAppPackage(entrypoint: string | undefined, cwd: string): AppPackage {
  const starts = entrypoint === undefined ? [cwd] : [dirname(resolve(cwd, entrypoint)), cwd]
  for (const start of starts) {
    const found = nearestPackage(start)
    if (found !== undefined) return found
  }
  return { root: cwd, name: undefined, version: undefined, dependencies: [] }
}

function nearestPackage(start: string): AppPackage | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const found = readPackage(folder)
    if (found !== undefined) return found
    if (dirname(folder) === folder) return undefined
  }
}

/** A package.json without a name only sets `"type"` for a folder, and one that cannot be read says nothing: the search goes on above it. */
function readPackage(root: string): AppPackage | undefined {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  } catch {
    return undefined
  }
  if (typeof json !== 'object' || json === null || !('name' in json)) return undefined
  const { name, version, dependencies } = json as Record<string, unknown>
  if (typeof name !== 'string') return undefined
  return {
    root,
    name,
    version: typeof version === 'string' ? version : undefined,
    dependencies: typeof dependencies === 'object' ? Object.keys(dependencies ?? {}) : [],
  }
}
