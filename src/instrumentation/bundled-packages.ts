import { readFileSync } from 'node:fs'
import { readAppPackage } from '../config/app-package.ts'

/** A bundle says where its modules are from, in comments or as their names, unless it is minified. */
const MODULE_ORIGIN = /node_modules\/(@[\w.-]+\/[\w.-]+|[\w-][\w.-]*)\//g

let known: ReadonlySet<string> | undefined

/**
 * Gives the names of the packages inside the bundle that is running; none when servicex itself is
 * not bundled, and none that can be told when the bundle is minified. Reads the file once.
 */
export function bundledPackages(): ReadonlySet<string> {
  known ??= isBundled() ? read(process.argv[1]) : new Set()
  return known
}

/** A file of servicex's own is within its package; esbuild leaves `import.meta` empty in CommonJS. */
function isBundled(): boolean {
  const file = import.meta.filename as string | undefined
  return file === undefined || readAppPackage(file, '/').name !== 'servicex'
}

function read(entrypoint: string | undefined): ReadonlySet<string> {
  try {
    const text = entrypoint === undefined ? '' : readFileSync(entrypoint, 'utf8')
    return new Set([...text.matchAll(MODULE_ORIGIN)].map(([, name]) => name ?? ''))
  } catch {
    return new Set()
  }
}
