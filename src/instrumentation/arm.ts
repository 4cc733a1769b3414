import type { AppPackage } from '../config/app-package.ts'
import { hookLoads } from './cjs-loads.ts'
import { PACKAGES } from './packages.ts'
import { type PackageReport, toReport } from './package-state.ts'
import type { Patcher } from './patcher.ts'
import { watchPackage } from './watched-package.ts'

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
  const pending: Promise<unknown>[] = []
  const patchers: Pick<Patcher, 'replay'>[] = []
  const watched = PACKAGES.flatMap((entry) =>
    watchPackage(entry, app, { preloaded, pending, patchers }),
  )
  const unhook = patchers.length === 0 ? (): void => undefined : hookLoads()
  const replay = (): void => {
    for (const patcher of patchers) patcher.replay()
  }
  replay()
  return {
    preloaded,
    ready: Promise.allSettled(pending).then(() => undefined),
    report() {
      // What the hooks could not see being loaded, where the loader is frozen or somebody else's, is in its cache by now.
      replay()
      return watched.map((each) => toReport(each.found, each.state()))
    },
    disarm() {
      unhook()
      onDisarm()
    },
  }
}
