import type { Settings } from './parse/settings.ts'

/** What a company says once for all of its services; each key may be said anew by a repository. */
export type Preset = Omit<Settings, 'exceptions' | 'generator' | 'image'>

/**
 * Declares a company's preset, so that an editor knows its keys: the default export of a package that
 * services name in `package.json#servicex.extends`. Checks nothing: `kube` does, for every service.
 */
export function definePreset(preset: Preset): Preset {
  return preset
}
