import Module, { createRequire } from 'node:module'
import { isAbsolute, join, sep } from 'node:path'

/** The part of Node's CommonJS loader that is used here; it is kept by Node for tools like this one. */
interface CjsModule {
  exports: unknown
  filename: string
  paths: string[]
}

interface CjsLoader {
  new (id: string): CjsModule
  _load(request: string, parent: CjsModule | undefined, isMain: boolean): unknown
  _cache: Record<string, CjsModule | undefined>
  prototype: { require(this: CjsModule, request: string): unknown }
}

const loader = Module as unknown as CjsLoader

/**
 * Lets patches made by `require` hooks reach CommonJS packages that an ES module imports: Node loads
 * those through `Module._load` without a parent, past `Module.prototype.require`, where the hooks are.
 * Gives what undoes it.
 */
export function hookEsmLoads(): () => void {
  const load = loader._load
  const hooked: CjsLoader['_load'] = function (this: unknown, request, parent, isMain) {
    if (parent !== undefined || isMain || !isAbsolute(request))
      return load.call(this, request, parent as never, isMain)
    return requireAgain(request)
  }
  loader._load = hooked
  return () => {
    if (loader._load === hooked) loader._load = load
  }
}

/** Requires a file through the hooks, and makes what they give the exports that importers read. */
function requireAgain(file: string): unknown {
  const shim = new loader(`${file}#servicex`)
  shim.filename = file
  shim.paths = []
  const exported = loader.prototype.require.call(shim, file)
  const cached = loader._cache[file]
  if (cached !== undefined && cached.exports !== exported) cached.exports = exported
  return exported
}

/**
 * Passes the files of a package that were loaded before the hooks were set through them now.
 * `files` are paths as the instrumentations name them (`pg/lib/client.js`); the package's main file
 * is always among them. Gives whether any was loaded.
 */
export function replayLoaded(
  packageName: string,
  folder: string,
  files: readonly string[],
): boolean {
  const wanted = new Set(
    files.map((file) => join(folder, ...file.slice(packageName.length + 1).split('/'))),
  )
  const main = mainOf(packageName, folder)
  if (main !== undefined) wanted.add(main)
  const loaded = [...wanted].filter((file) => loader._cache[file] !== undefined)
  for (const file of loaded) requireAgain(file)
  return loaded.length > 0
}

/** Says whether any CommonJS file of a package is loaded. */
export function isLoaded(folder: string): boolean {
  const prefix = folder + sep
  return Object.keys(loader._cache).some((file) => file.startsWith(prefix))
}

function mainOf(packageName: string, folder: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve(folder === '' ? packageName : folder)
  } catch {
    return undefined
  }
}
