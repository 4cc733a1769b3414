import type { InstalledPackage } from './installed-package.ts'

/** What servicex sees of one package's work. */
export type PackageState =
  | 'native channel'
  | 'patched'
  | 'patched late'
  | 'not loaded'
  | 'needs --import'
  | 'bundled'
  | 'too old'
  | 'too new'
  | 'failed'

/** One package of the app's, and what is seen of its work. */
export interface PackageReport {
  readonly name: string
  readonly version: string | undefined
  readonly state: PackageState
  /** What to do, imperative; only where work goes unseen. */
  readonly fix?: string
}

const FIXES: Readonly<Partial<Record<PackageState, (name: string) => string>>> = {
  'needs --import': () => 'start the app with `node --import servicex/register <entrypoint>`',
  bundled: (name) =>
    `keep ${name} and servicex out of the bundle (esbuild: --packages=external), so that ${name} can be patched`,
  'too old': (name) => `update ${name}`,
  'too new': (name) => `update servicex, or wrap the work of ${name} in withSpan()`,
  failed: (name) => `report this with the versions of ${name} and servicex`,
}

/** Makes the report of one package. */
export function toReport(
  found: Pick<InstalledPackage, 'name' | 'version'> | { name: string; version: undefined },
  state: PackageState,
): PackageReport {
  const fix = FIXES[state]?.(found.name)
  return { name: found.name, version: found.version, state, ...(fix === undefined ? {} : { fix }) }
}
