import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { replayLoaded } from './cjs-loads.ts'
import type { InstalledPackage } from './installed-package.ts'
import type { Hook } from './packages.ts'

type PatchHook = Extract<Hook, { kind: 'patch' }>

/** What an instrumentation says of one package it patches; OpenTelemetry keeps it in `_modules`. */
interface ModuleDefinition {
  readonly name: string
  patch?: Patch
  readonly files: { readonly name: string; patch: Patch }[]
}

type Patch = (exports: unknown, version?: string) => unknown

/** One OpenTelemetry instrumentation, made and enabled; what it patches is known as it happens. */
export interface Patcher {
  readonly target: InstalledPackage
  /** The patch has been applied to at least one file. */
  readonly applied: boolean
  /** The patch was applied to files that had been loaded before. */
  readonly late: boolean
  /** Applies the patch to files that are loaded and were missed. */
  replay(): void
}

/**
 * Makes the instrumentation of one package. Its code is looked up where servicex's own dependencies
 * are, then where the app's are; `undefined` when it is in neither, as in a bundle.
 */
export function openPatcher(
  target: InstalledPackage,
  hook: PatchHook,
  root: string,
): Patcher | undefined {
  const definitions = enable(hook, root)
  return definitions === undefined ? undefined : new OtelPatcher(target, definitions)
}

class OtelPatcher implements Patcher {
  readonly target: InstalledPackage
  readonly #definitions: readonly ModuleDefinition[]
  applied = false
  late = false
  #replaying = false

  constructor(target: InstalledPackage, definitions: readonly ModuleDefinition[]) {
    this.target = target
    this.#definitions = definitions
    for (const definition of definitions) {
      if (definition.patch !== undefined) definition.patch = this.#watch(definition.patch)
      for (const file of definition.files) file.patch = this.#watch(file.patch)
    }
  }

  replay(): void {
    if (this.applied) return
    this.#replaying = true
    const { name, folder } = this.target
    const files = this.#definitions
      .filter((definition) => definition.name === name)
      .flatMap((definition) => definition.files.map((file) => file.name))
    replayLoaded(name, folder, files)
    this.#replaying = false
  }

  #watch(patch: Patch): Patch {
    return (exports, version) => {
      const patched = patch(exports, version)
      this.applied = true
      this.late ||= this.#replaying
      return patched
    }
  }
}

function enable(hook: PatchHook, root: string): readonly ModuleDefinition[] | undefined {
  for (const from of requirersOf(root)) {
    try {
      const loaded = from(hook.instrumentation) as Record<
        string,
        new (config: object) => { _modules: ModuleDefinition[] }
      >
      const Instrumentation = loaded[hook.exportName]
      return Instrumentation === undefined
        ? undefined
        : new Instrumentation({ enabled: true })._modules
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return undefined
}

/** The instrumentations are dependencies of auto-instrumentations-node; strict package managers show them only to it. */
function requirersOf(root: string): NodeJS.Require[] {
  const bases = [import.meta.url, pathToFileURL(join(root, 'package.json')).href].filter(
    (base) => base !== undefined,
  )
  return bases.flatMap((base) => {
    const own = createRequire(base)
    try {
      return [createRequire(own.resolve('@opentelemetry/auto-instrumentations-node')), own]
    } catch {
      return [own]
    }
  })
}
