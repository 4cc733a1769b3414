import type { AppPackage } from '../config/app-package.ts'
import { patchBullmq } from './bullmq.ts'
import { hookEsmLoads, isLoaded } from './cjs-loads.ts'
import { patchHono } from './hono.ts'
import { findInstalled, type InstalledPackage, isAtLeast } from './installed-package.ts'
import { patchKoa } from './koa.ts'
import { type Hook, type InstrumentablePackage, PACKAGES } from './packages.ts'
import { type PackageReport, type PackageState, toReport } from './package-state.ts'
import { openPatcher, type Patcher } from './patcher.ts'

/** What has been armed in this process, whichever copy of servicex did it. */
export interface Armed {
  /** Hooks were set before the app's own modules were loaded. */
  readonly preloaded: boolean
  /** Resolves when the prototypes of ES modules are patched. */
  readonly ready: Promise<void>
  /** Patches what was loaded and missed, and tells of every package that could be seen. */
  report(): PackageReport[]
  disarm(): void
}

const ARMED = Symbol.for('servicex.armed')

const PROTOTYPE_PATCHES: Readonly<Record<string, (root: string) => Promise<void>>> = {
  hono: patchHono,
  koa: patchKoa,
  bullmq: patchBullmq,
}

/** One package of the app's with the way its work is seen. */
interface Watched {
  readonly found: InstalledPackage | { readonly name: string; readonly version: undefined }
  state(): PackageState
}

/**
 * Sets the hooks for the packages that the app has installed and that publish no channel, once in a
 * process: patches what is loaded already, and what will be. Instrumentations of packages the app
 * does not have are never loaded.
 */
export function arm(app: AppPackage, preloaded: boolean): Armed {
  const shared = globalThis as { [ARMED]?: Armed | undefined }
  shared[ARMED] ??= set(app, preloaded, () => (shared[ARMED] = undefined))
  return shared[ARMED]
}

function set(app: AppPackage, preloaded: boolean, onDisarm: () => void): Armed {
  const unhook = hookEsmLoads()
  const pending: Promise<unknown>[] = []
  const patchers: Patcher[] = []
  const watched = PACKAGES.flatMap((entry) => watch(entry, app, { preloaded, pending, patchers }))
  for (const patcher of patchers) patcher.replay()
  return {
    preloaded,
    ready: Promise.allSettled(pending).then(() => undefined),
    report() {
      for (const patcher of patchers) patcher.replay()
      return watched.map(({ found, state }) => toReport(found, state()))
    },
    disarm() {
      unhook()
      onDisarm()
    },
  }
}

interface Arming {
  readonly preloaded: boolean
  readonly pending: Promise<unknown>[]
  readonly patchers: Patcher[]
}

function watch(entry: InstrumentablePackage, app: AppPackage, arming: Arming): Watched[] {
  const found = findInstalled(entry.name, app.root)
  const declared = app.dependencies.includes(entry.name)
  if (found === undefined) {
    // Declared and not installed: its code is in the bundle, where only channels reach.
    const channel = entry.hooks[0]?.kind === 'channel'
    return declared && !channel
      ? [{ found: { name: entry.name, version: undefined }, state: () => 'bundled' }]
      : []
  }
  for (const hook of entry.hooks) {
    const watched = watchBy(hook, found, app, arming)
    if (watched !== undefined) return [watched]
  }
  return [{ found, state: () => 'too old' }]
}

function watchBy(
  hook: Hook,
  found: InstalledPackage,
  app: AppPackage,
  arming: Arming,
): Watched | undefined {
  if (hook.kind === 'channel') {
    const of = hook.of === undefined ? found : (findInstalled(hook.of, found.folder) ?? found)
    return isAtLeast(of.version, hook.since) ? { found, state: () => 'native channel' } : undefined
  }
  return hook.kind === 'prototype'
    ? watchPrototype(found, app, arming)
    : watchPatch(hook, found, app, arming)
}

function watchPrototype(found: InstalledPackage, app: AppPackage, arming: Arming): Watched {
  let state: PackageState = 'not loaded'
  const patching = PROTOTYPE_PATCHES[found.name]?.(app.root).then(
    () => (state = 'patched'),
    () => (state = 'failed'),
  )
  arming.pending.push(patching ?? Promise.resolve())
  return { found, state: () => state }
}

function watchPatch(
  hook: Extract<Hook, { kind: 'patch' }>,
  found: InstalledPackage,
  app: AppPackage,
  arming: Arming,
): Watched {
  const patcher = openPatcher(found, hook, app.root)
  if (patcher === undefined) return { found, state: () => 'bundled' }
  arming.patchers.push(patcher)
  return { found, state: () => patchState(patcher, found, arming.preloaded) }
}

function patchState(patcher: Patcher, found: InstalledPackage, preloaded: boolean): PackageState {
  if (patcher.applied) return patcher.late ? 'patched late' : 'patched'
  if (isLoaded(found.folder)) return 'failed'
  return found.esm && !preloaded ? 'needs --import' : 'not loaded'
}
