import { register, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs'
import { findInstalled } from './installed-package.ts'
import { PACKAGES } from './packages.ts'

/**
 * Lets the patches reach real ES modules. Only packages that have a patch and are ES modules are
 * taken in: wrapping every module breaks cyclic and bundled ones (opentelemetry-js #6984). Must run
 * before the app's modules are loaded; does nothing when there is no such package.
 */
export function hookEsModules(root: string): void {
  const include = PACKAGES.filter(
    ({ name, hooks }) =>
      hooks.some(({ kind }) => kind === 'patch') && findInstalled(name, root)?.esm === true,
  )
  if (include.length === 0 || !supportsSyncHooks()) return
  register({ include: include.map(({ name }) => name) })
}
