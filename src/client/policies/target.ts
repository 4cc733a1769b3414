import type { Policy } from '../call/policy.ts'
import { AddressBook, type Lookup } from './address-book.ts'
import { balancePolicy } from './balance.ts'
import { Bulkhead } from './bulkhead.ts'
import type { Drain } from './drain.ts'
import { EndpointPool } from './endpoint-pool.ts'
import type { ResilienceEvents } from './events.ts'
import { hedgePolicy } from './hedge.ts'
import { retryPolicy } from './retry.ts'
import { RetryBudget } from './retry-budget.ts'
import type { SettingsOf } from './settings.ts'
import { Throttle } from './throttle.ts'
import type { Timing } from './timing.ts'

/** What the policies of any target are made of. */
export interface TargetParts {
  /** Of each operation; those of the whole target are the same in all. */
  readonly settingsOf: SettingsOf
  readonly timing: Timing
  readonly eventsOf: (service: string) => ResilienceEvents
  readonly drain: Drain
  readonly lookup: Lookup
}

/** One service at one address, as this process knows it: every client of it shares this. */
export class Target {
  readonly service: string
  readonly bulkhead: Bulkhead
  readonly throttle: Throttle
  /** `undefined` when its address is used as it is. */
  readonly pool: EndpointPool | undefined
  /** The first outermost. */
  readonly policies: readonly Policy[]

  constructor(service: string, origin: string, parts: TargetParts) {
    const { settingsOf, timing, drain } = parts
    const events = parts.eventsOf(service)
    const settings = settingsOf('')
    const budget = new RetryBudget(settings, timing)
    this.service = service
    this.bulkhead = new Bulkhead(settings.inFlight, events)
    this.throttle = new Throttle(timing, events)
    const balance = toBalance(origin, parts, events)
    this.pool = balance?.pool
    const { throttle } = this
    const mayRetry = settings.throttle
      ? (): boolean => drain.mayRetry() && throttle.mayRetry()
      : drain.mayRetry
    this.policies = [
      drain.toPolicy(events),
      this.bulkhead.policy,
      ...(settings.throttle ? [throttle.policy] : []),
      retryPolicy({ settingsOf, timing, budget, events, mayRetry }),
      hedgePolicy({ settingsOf, timing, budget, events }),
      ...(balance === undefined ? [] : [balance.policy]),
    ]
  }
}

/**
 * Only a name that ends with a dot is looked up here: any other goes through the system's resolver,
 * its hosts file and its search list. A certificate is issued to a name, so https keeps it.
 */
function toBalance(
  origin: string,
  { settingsOf, timing, lookup }: TargetParts,
  events: ResilienceEvents,
): { readonly pool: EndpointPool; readonly policy: Policy } | undefined {
  const { protocol, hostname, port } = new URL(origin)
  if (protocol !== 'http:' || !hostname.endsWith('.')) return undefined
  const suffix = port === '' ? '' : `:${port}`
  const pool = new EndpointPool(settingsOf(''), timing)
  const policy = balancePolicy({
    book: new AddressBook({ host: hostname, lookup, timing, events }),
    pool,
    timing,
    events,
    toOrigin: (address) => `http://${address.includes(':') ? `[${address}]` : address}${suffix}`,
  })
  return { pool, policy }
}
