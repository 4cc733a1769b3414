import { toEnvironmentName, isLocalEnvironment } from '../../src/convention/environments.ts'
import { isName } from '../../src/convention/names.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { suggestName } from '../../src/convention/suggest-name.ts'
import type { EnvironmentSettings } from './environment-settings.ts'
import type { Settings } from './settings.ts'

/** An environment that was asked for: its full name, and what the settings say of it. */
export interface NamedEnvironment {
  readonly name: string
  /** Absent where the settings name no environments at all. */
  readonly settings?: EnvironmentSettings
}

/** The environments of the convention, where the settings name none. */
export const USUAL_ENVIRONMENTS: readonly string[] = ['production', 'qa', 'sandbox']

/**
 * Gives the environment that `word` names: `prod` is `production`. Throws SERVICEX_USAGE when it is
 * none of those in the settings, or a person's own machine.
 */
export function toNamedEnvironment(word: string, settings: Settings): NamedEnvironment {
  const name = toEnvironmentName(word)
  const known = Object.keys(settings.environments ?? {})
  const names = known.length === 0 ? USUAL_ENVIRONMENTS : known
  const own = settings.environments?.[name]
  if (own !== undefined) return { name, settings: own }
  if (known.length === 0 && isName(name) && !isLocalEnvironment(name)) return { name }
  const suggestion = suggestName(name, [...names, 'prod'])
  const hint = suggestion === undefined ? '' : ` — did you mean "${suggestion}"?`
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `there is no environment ${JSON.stringify(word)}${hint}`,
    details: [`package.json#servicex has ${names.join(', ')}`],
    fix: 'name one of them, or add it to environments in package.json#servicex',
  })
}
