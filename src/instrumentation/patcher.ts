import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { replayLoaded } from './cjs-loads.ts'
import { isAtLeast, type InstalledPackage } from './installed-package.ts'
import type { Hook } from './packages.ts'

type PatchHook = Extract<Hook, { kind: 'patch' }>

/** What an instrumentation says of one package it patches; OpenTelemetry keeps it in `_modules`. */
interface ModuleDefinition {
  readonly name: string
  readonly supportedVersions: readonly string[]
  patch?: Patch
  readonly files: { readonly name: string; patch: Patch }[]
}

type Patch = (exports: unknown, version?: string) => unknown

/** One OpenTelemetry instrumentation, made and enabled; what it patches is known as it happens. */
export interface Patcher {
  /** The patch has been applied to at least one file. */
  readonly applied: boolean
  /** The patch was applied to files that had been loaded before. */
  readonly late: boolean
  /** The patch threw on a file, which was left as it is. */
  readonly broken: boolean
  /** The installed version is later than any the instrumentation knows. */
  readonly tooNew: boolean
  /** Applies the patch to files that are loaded and were missed. */
  replay(): void
}

/** What servicex does to the exports of a file beyond what the instrumentation does. */
export type Completion = (exports: unknown) => void

/**
 * Makes the instrumentation of one package. Its code is looked up where servicex's own dependencies
 * are, then where the app's are; `undefined` when it is in neither, as in a bundle. Throws what the
 * instrumentation throws as it is made.
 */
export function openPatcher(
  target: InstalledPackage,
  hook: PatchHook,
  options: { readonly root: string; readonly complete: Completion | undefined },
): Patcher | undefined {
  const definitions = enable(hook, options.root)
  return definitions === undefined
    ? undefined
    : new OtelPatcher(target, definitions, options.complete)
}

class OtelPatcher implements Patcher {
  readonly tooNew: boolean
  readonly #definitions: readonly ModuleDefinition[]
  readonly #complete: Completion | undefined
  applied = false
  late = false
  broken = false
  #replaying = false

  constructor(
    target: InstalledPackage,
    definitions: readonly ModuleDefinition[],
    complete: Completion | undefined,
  ) {
    this.#definitions = definitions
    this.#complete = complete
    const own = definitions.filter(({ name }) => name === target.name)
    this.tooNew = own.length > 0 && own.every((each) => isBeyond(target.version, each))
    for (const definition of definitions) {
      if (definition.patch !== undefined) definition.patch = this.#watch(definition.patch)
      for (const file of definition.files) file.patch = this.#watch(file.patch)
    }
  }

  replay(): void {
    this.#replaying = true
    for (const { name, files } of this.#definitions)
      replayLoaded(
        name,
        files.map((file) => file.name),
      )
    this.#replaying = false
  }

  /** What a patch throws would be thrown by the app's own `require`: the package is left as it is instead. */
  #watch(patch: Patch): Patch {
    return (exports, version) => {
      try {
        const patched = patch(exports, version)
        this.#complete?.(patched)
        this.applied = true
        this.late ||= this.#replaying
        return patched
      } catch {
        this.broken = true
        return exports
      }
    }
  }
}

/** Ranges are of the form `>=4.0.0 <8`, `^1.0.0` or `*`: an upper bound, or none. */
function isBeyond(version: string, { supportedVersions }: ModuleDefinition): boolean {
  return supportedVersions.every((range) => {
    const below = /<\s*([\d.]+)/.exec(range)?.[1]
    const major = /^\^(\d+)/.exec(range)?.[1]
    const bound = below ?? (major === undefined ? undefined : String(Number(major) + 1))
    return bound !== undefined && isAtLeast(version, bound)
  })
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
        : new Instrumentation({ enabled: true })['_modules']
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
