import Module, { createRequire } from 'node:module'
import { isAbsolute, join, sep } from 'node:path'

/** The part of Node's CommonJS loader that is used here; it is kept by Node for tools like this one. */
interface CjsModule {
  exports: unknown
  filename: string
  paths: string[]
}

type Load = (this: void, request: string, parent: CjsModule | undefined, isMain: boolean) => unknown

interface CjsLoader {
  new (id: string): CjsModule
  readonly _load: Load
  _cache: Record<string, CjsModule | undefined>
  prototype: { require(this: CjsModule, request: string): unknown }
}

const loader = Module as unknown as CjsLoader
const NODE_MODULES = `${sep}node_modules${sep}`

/** What a package's main file exports, as soon as it is loaded. */
export type ExportsListener = (exports: unknown) => void

const listeners = new Map<string, Set<ExportsListener>>()

/**
 * Lets patches made by `require` hooks reach CommonJS packages that an ES module imports: Node loads
 * those through `Module._load` without a parent, past `Module.prototype.require`, where the hooks are.
 * Where the loader cannot be changed, nothing is: `replayLoaded` finds what was missed. Gives what undoes it.
 */
export function hookLoads(): () => void {
  const load = loader['_load']
  const hooked: Load = function (request, parent, isMain) {
    if (parent !== undefined || isMain || !isAbsolute(request)) {
      const exported = Reflect.apply(load, loader, [request, parent, isMain])
      tell(request, exported)
      return exported
    }
    const exported = requireAgain(request)
    tell(packageOf(request), exported)
    return exported
  }
  return replaceLoad(load, hooked) ? () => void replaceLoad(hooked, load) : () => undefined
}

/** Calls `listener` with what a package exports, for every copy that will be loaded. It must not throw. */
export function onLoaded(packageName: string, listener: ExportsListener): void {
  const known = listeners.get(packageName) ?? new Set()
  listeners.set(packageName, known.add(listener))
}

function tell(packageName: string, exported: unknown): void {
  for (const listener of listeners.get(packageName) ?? []) listener(exported)
}

function packageOf(file: string): string {
  const at = file.lastIndexOf(NODE_MODULES)
  const [scope = '', name] = at === -1 ? [] : file.slice(at + NODE_MODULES.length).split(sep)
  return scope.startsWith('@') ? `${scope}/${name}` : scope
}

/** Says whether `next` is in force; a frozen loader, or one that somebody else has changed since, is left alone. */
function replaceLoad(current: Load, next: Load): boolean {
  return loader['_load'] === current && Reflect.set(loader, '_load', next)
}

/** Requires a file through the hooks, and makes what they give the exports that importers read. */
function requireAgain(file: string): unknown {
  const shim = new loader(`${file}#servicex`)
  shim.filename = file
  shim.paths = []
  const exported = loader.prototype.require.call(shim, file)
  const cached = loader['_cache'][file]
  if (cached !== undefined && cached.exports !== exported) cached.exports = exported
  return exported
}

/**
 * Passes the files of every loaded copy of a package through the hooks now; a file that the hooks
 * have seen is left as it is. `files` are paths as the instrumentations name them
 * (`pg/lib/client.js`); the package's main file is always among them.
 */
export function replayLoaded(packageName: string, files: readonly string[]): void {
  for (const folder of loadedCopies(packageName)) {
    const wanted = new Set(
      files.map((file) => join(folder, ...file.slice(packageName.length + 1).split('/'))),
    )
    const main = mainOf(folder)
    if (main !== undefined) wanted.add(main)
    for (const file of wanted) if (loader['_cache'][file] !== undefined) requireAgain(file)
  }
}

/** Gives the exports of the main file of every loaded copy of a package. */
export function loadedExports(packageName: string): unknown[] {
  return loadedCopies(packageName).flatMap((folder) => {
    const main = mainOf(folder)
    const loaded = main === undefined ? undefined : loader['_cache'][main]
    return loaded === undefined ? [] : [loaded.exports]
  })
}

/** Says whether any CommonJS file of a package is loaded. */
export function isLoaded(packageName: string): boolean {
  return loadedCopies(packageName).length > 0
}

/** The folders of the copies that have files loaded: a package is installed again where versions differ. */
function loadedCopies(packageName: string): string[] {
  const inside = `${NODE_MODULES}${packageName.replaceAll('/', sep)}${sep}`
  const folders = new Set<string>()
  for (const file of Object.keys(loader['_cache'])) {
    const at = file.lastIndexOf(inside)
    if (at !== -1 && file.lastIndexOf(NODE_MODULES) === at)
      folders.add(file.slice(0, at + inside.length - 1))
  }
  return [...folders]
}

function mainOf(folder: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve(folder)
  } catch {
    return undefined
  }
}
