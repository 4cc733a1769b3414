import type { Policy } from './policy.ts'

/** The policies of a client that is given none, the first outermost; made once a client. */
export function toDefaultPolicies(): readonly Policy[] {
  return []
}
