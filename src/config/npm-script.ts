import type { Environment } from './env-reader.ts'

/** Gives the name of the package script that runs this process (`start`), or `undefined` when none does. */
export function readNpmScript(env: Environment): string | undefined {
  return env['npm_lifecycle_event']
}
