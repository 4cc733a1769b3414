import type { AppPackage } from '../config/app-package.ts'
import { patchBullmq } from './bullmq.ts'
import { bundledPackages } from './bundled-packages.ts'
import { isLoaded, loadedExports, onLoaded } from './cjs-loads.ts'
import { observeAmqplib, observeKafkajs } from './consumers.ts'
import { patchHono } from './hono.ts'
import { findInstalled, type InstalledPackage, isAtLeast } from './installed-package.ts'
import { patchKoa } from './koa.ts'
import type { PackageState } from './package-state.ts'
import type { Hook, InstrumentablePackage } from './packages.ts'
import { type Completion, openPatcher, type Patcher } from './patcher.ts'

/** One package of the app's with the way its work is seen. */
export interface WatchedPackage {
  readonly found: InstalledPackage | { readonly name: string; readonly version: undefined }
  state(): PackageState
}

/** What the watching of all packages shares. */
export interface Watching {
  /** Hooks were set before the app's own modules were loaded. */
  readonly preloaded: boolean
  /** Patches of ES modules that are under way. */
  readonly pending: Promise<unknown>[]
  /** Each patches what is loaded already and was missed. */
  readonly patchers: Pick<Patcher, 'replay'>[]
}

const PROTOTYPE_PATCHES: Readonly<Record<string, (root: string) => Promise<void>>> = {
  hono: patchHono,
  koa: patchKoa,
}

/** They say whether the exports were those of the package. */
const EXPORT_PATCHES: Readonly<Record<string, (exported: unknown) => boolean>> = {
  bullmq: patchBullmq,
}

const COMPLETIONS: Readonly<Record<string, Completion>> = {
  kafkajs: observeKafkajs,
  amqplib: observeAmqplib,
}

/** Has the work of one package seen the best way its version allows; none when the app does not have it. */
export function watchPackage(
  entry: InstrumentablePackage,
  app: AppPackage,
  watching: Watching,
): WatchedPackage[] {
  const found = findInstalled(entry.name, app.root)
  if (found === undefined) return watchMissing(entry, app)
  for (const hook of entry.hooks) {
    const watched = watchBy(hook, found, app, watching)
    if (watched !== undefined) return [watched]
  }
  return [{ found, state: () => (isUsed(found, app) ? 'too old' : 'not loaded') }]
}

/** Not installed, but part of the app: its code is in the bundle, where only channels reach. */
function watchMissing({ name, hooks }: InstrumentablePackage, app: AppPackage): WatchedPackage[] {
  if (hooks[0]?.kind === 'channel') return []
  return app.dependencies.includes(name) || bundledPackages().has(name)
    ? [{ found: { name, version: undefined }, state: () => 'bundled' }]
    : []
}

function watchBy(
  hook: Hook,
  found: InstalledPackage,
  app: AppPackage,
  watching: Watching,
): WatchedPackage | undefined {
  switch (hook.kind) {
    case 'channel':
      return watchChannel(hook, found)
    case 'prototype':
      return watchPrototype(found, app, watching)
    case 'exports':
      return watchExports(found, watching)
    case 'patch':
      return watchPatch(hook, found, app, watching)
  }
}

function watchChannel(
  hook: Extract<Hook, { kind: 'channel' }>,
  found: InstalledPackage,
): WatchedPackage | undefined {
  const of = hook.of === undefined ? found : (findInstalled(hook.of, found.folder) ?? found)
  return isAtLeast(of.version, hook.since) ? { found, state: () => 'native channel' } : undefined
}

function watchPrototype(
  found: InstalledPackage,
  app: AppPackage,
  { pending }: Watching,
): WatchedPackage {
  let state: PackageState = 'not loaded'
  const patching = PROTOTYPE_PATCHES[found.name]?.(app.root).then(
    () => (state = 'patched'),
    () => (state = 'failed'),
  )
  pending.push(patching ?? Promise.resolve())
  return { found, state: () => state }
}

function watchExports(found: InstalledPackage, { patchers }: Watching): WatchedPackage {
  let state: PackageState = 'not loaded'
  const patch = (next: PackageState) => (exported: unknown) => {
    const isPatched = EXPORT_PATCHES[found.name]?.(exported) === true
    if (isPatched && state === 'not loaded') state = next
  }
  const replay = (): void => loadedExports(found.name).forEach(patch('patched late'))
  onLoaded(found.name, patch('patched'))
  patchers.push({ replay })
  return {
    found,
    state: () => (state === 'not loaded' && isLoaded(found.name) ? 'failed' : state),
  }
}

function watchPatch(
  hook: Extract<Hook, { kind: 'patch' }>,
  found: InstalledPackage,
  app: AppPackage,
  { patchers, preloaded }: Watching,
): WatchedPackage {
  let patcher: Patcher | undefined
  try {
    patcher = openPatcher(found, hook, { root: app.root, complete: COMPLETIONS[found.name] })
  } catch {
    return { found, state: () => 'failed' }
  }
  if (patcher === undefined)
    return { found, state: () => (isUsed(found, app) ? 'bundled' : 'not loaded') }
  patchers.push(patcher)
  return { found, state: () => patchState(patcher, found, { preloaded, app }) }
}

function patchState(
  patcher: Patcher,
  found: InstalledPackage,
  { preloaded, app }: { preloaded: boolean; app: AppPackage },
): PackageState {
  if (patcher.broken) return 'failed'
  if (patcher.applied) return patcher.late ? 'patched late' : 'patched'
  if (!isUsed(found, app)) return 'not loaded'
  if (patcher.tooNew) return 'too new'
  if (isLoaded(found.name)) return 'failed'
  return preloaded ? 'not loaded' : 'needs --import'
}

/** An ES module leaves no trace in the loader's cache: the app's own dependencies are taken to be used. */
function isUsed(found: InstalledPackage, app: AppPackage): boolean {
  return isLoaded(found.name) || (found.esm && app.dependencies.includes(found.name))
}
