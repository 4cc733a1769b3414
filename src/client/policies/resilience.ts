import { compose, type Policy } from '../call/policy.ts'
import { Target, type TargetParts } from './target.ts'

/** A process calls a service at fewer addresses than this; of more, the oldest is forgotten. */
const MAX_ADDRESSES = 1000

/** The targets of a process, by service, then by address: one key of both would be a text to make for each call. */
export type Targets = ReadonlyMap<string, ReadonlyMap<string, Target>>

/** Gives one policy that does all that the settings say, with what is known of each call's target. */
export function resiliencePolicy(parts: TargetParts): { policy: Policy; targets: Targets } {
  const targets = new Map<string, Map<string, Target>>()
  const policy: Policy = (attempt, next) => {
    const { service, origin } = attempt.call
    let ofService = targets.get(service)
    if (ofService === undefined) targets.set(service, (ofService = new Map<string, Target>()))
    let target = ofService.get(origin)
    if (target === undefined) {
      target = new Target(service, origin, parts)
      if (ofService.size >= MAX_ADDRESSES) ofService.delete(ofService.keys().next().value ?? '')
      ofService.set(origin, target)
    }
    return compose(target.policies, next)(attempt)
  }
  return { policy, targets }
}
