import type { Config } from '../../src/config/config.ts'
import type { ServiceDeclaration } from '../../src/config/declaration.ts'
import { type ConfigSource, readConfig } from '../../src/config/read-config.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'

/** Variables of a process, as a test gives them. */
export type Variables = Readonly<Record<string, string>>

/** A process that runs nothing: its folder has no package.json above it. */
export function sourceOf(env: Variables = {}, more: Partial<ConfigSource> = {}): ConfigSource {
  return { env, entrypoint: undefined, cwd: '/', terminal: false, ...more }
}

/** The configuration of a service called `billing` with these variables. */
export function configOf(env: Variables = {}, declaration: ServiceDeclaration = {}): Config {
  return readConfig({ name: 'billing', ...declaration }, sourceOf(env)).config
}

/** The error that reading such a configuration throws. */
export function errorOf(env: Variables, declaration: ServiceDeclaration = {}): ServicexError {
  try {
    configOf(env, declaration)
  } catch (error) {
    if (ServicexError.is(error)) return error
    throw error
  }
  throw new Error('the configuration was accepted')
}
