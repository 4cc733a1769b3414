import { monotonicMs } from '../../context/clock.ts'
import { addClientTargets, type ClientTargetState } from '../../context/client-targets.ts'
import type { ClientPolicyFacts } from '../../context/facts.ts'
import { publish } from '../../context/observer.ts'
import { lookupAddresses } from '../address/lookup-addresses.ts'
import type { ResilienceEvents } from '../policies/events.ts'
import { resiliencePolicy, type Targets } from '../policies/resilience.ts'
import type { SettingsOf } from '../policies/settings.ts'
import type { Timing } from '../policies/timing.ts'
import type { Policy } from './policy.ts'
import { PROCESS_DRAIN } from './process-drain.ts'

/** The time of this process. */
const TIMING: Timing = {
  now: monotonicMs,
  random: Math.random,
  after: (delayMs, work) => {
    const timer = setTimeout(work, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Gives the policy that all settings make, with the clock, the name servers and the signals of this process. */
export function openProcessPolicy(settingsOf: SettingsOf): Policy {
  const { policy, targets } = resiliencePolicy({
    settingsOf,
    timing: TIMING,
    drain: PROCESS_DRAIN,
    lookup: lookupAddresses,
    eventsOf: toEvents,
  })
  addClientTargets(() => toStates(targets))
  return policy
}

const NO_ENDPOINTS = { in: 0, out: 0, due: 0 } as const

function toStates(targets: Targets): readonly ClientTargetState[] {
  const all = [...targets.values()].flatMap((ofService) => [...ofService.values()])
  return all.map(({ service, bulkhead, throttle, pool }) => ({
    service,
    inFlight: bulkhead.inFlight,
    refusedShare: throttle.refusedShare,
    endpoints: pool?.counts ?? NO_ENDPOINTS,
  }))
}

function toEvents(target: string): ResilienceEvents {
  const tell = (kind: ClientPolicyFacts['kind'], reason = ''): void =>
    publish('onClientPolicy', { target, kind, reason })
  return {
    attempt: () => undefined,
    retry: (reason) => tell('retry', reason),
    budgetDenied: () => tell('budget_denied'),
    refused: (by) => tell('refused', by),
    ejected: () => tell('ejected'),
    hedge: () => tell('hedge'),
    lookupFailed: () => tell('lookup_failed'),
  }
}
