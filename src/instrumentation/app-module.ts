import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const PROBE = 'servicex-app-module:'

/**
 * Imports `specifier` as the app at `root` would: the same module instance the app has, or will have.
 * Rejects when the app has no such module.
 */
export async function importAsApp(
  specifier: string,
  root: string,
): Promise<Record<string, unknown>> {
  const parentURL = pathToFileURL(join(root, 'package.json')).href
  const hooks = registerHooks({
    resolve: (asked, context, next) =>
      asked === PROBE + specifier
        ? next(specifier, { ...context, parentURL })
        : next(asked, context),
  })
  try {
    return (await import(PROBE + specifier)) as Record<string, unknown>
  } finally {
    hooks.deregister()
  }
}
