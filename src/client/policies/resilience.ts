import { compose, type Policy } from '../call/policy.ts'
import { Target, type TargetParts } from './target.ts'

/** A process calls fewer addresses than this; of more, the oldest is forgotten. */
const MAX_TARGETS = 1000

/** The targets of a process, by service and address. */
export type Targets = ReadonlyMap<string, Target>

/** Gives one policy that does all that the settings say, with what is known of each call's target. */
export function resiliencePolicy(parts: TargetParts): { policy: Policy; targets: Targets } {
  const targets = new Map<string, Target>()
  const policy: Policy = (attempt, next) => {
    const { service, origin } = attempt.call
    const key = `${service} ${origin}`
    let target = targets.get(key)
    if (target === undefined) {
      target = new Target(service, origin, parts)
      if (targets.size >= MAX_TARGETS) targets.delete(targets.keys().next().value ?? '')
      targets.set(key, target)
    }
    return compose(target.policies, next)(attempt)
  }
  return { policy, targets }
}
