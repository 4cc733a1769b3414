import type { SettingsOf } from '../policies/settings.ts'
import { toSettings } from '../policies/to-settings.ts'
import type { Policy } from './policy.ts'
import { openProcessPolicy } from './process-policies.ts'

let shared: readonly Policy[] | undefined

/**
 * Gives the policies of a client that is given none. Clients without settings of their own share
 * them: a target is known to a process once, whoever calls it.
 */
export function toDefaultPolicies(own: SettingsOf | undefined): readonly Policy[] {
  if (own !== undefined) return [openProcessPolicy(own)]
  shared ??= [openProcessPolicy(toSettings('', {}))]
  return shared
}
