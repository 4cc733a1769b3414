import type { Attempt, Outcome, Policy } from '../call/policy.ts'
import type { AddressBook } from './address-book.ts'
import type { EndpointPool } from './endpoint-pool.ts'
import type { ResilienceEvents } from './events.ts'
import { toOwnFailure } from './failure-outcome.ts'
import { isProviderFailure } from './retry-class.ts'
import type { Timing } from './timing.ts'

/** What attempts are spread with. */
export interface BalanceParts {
  readonly book: AddressBook
  readonly pool: EndpointPool
  readonly timing: Timing
  readonly events: ResilienceEvents
  /** Gives the origin of an address: scheme and port are those of the call. */
  readonly toOrigin: (address: string) => string
}

/** Sends each attempt to an endpoint of its target: another one each time, and none that is broken. */
export function balancePolicy(parts: BalanceParts): Policy {
  const { book, pool, timing, events, toOrigin } = parts
  let current: readonly string[] | undefined
  return async (attempt, next) => {
    const known = book.read()
    const addresses = Array.isArray(known) ? known : await inTime(known, attempt, timing)
    if (addresses instanceof Error) {
      return toOwnFailure('unavailable', 'its name cannot be looked up', addresses)
    }
    if (addresses !== current) {
      current = addresses
      pool.update(addresses.map(toOrigin))
    }
    const { tried } = attempt.call
    const endpoint = pool.pick(tried)
    if (endpoint === undefined) return toOwnFailure('unavailable', 'its name leads nowhere')
    tried.add(endpoint)
    const end = endpoint.begin(timing)
    // A name with one address is that of a Service as often as that of a single pod.
    const isPod = addresses.length > 1
    const outcome = await next({ ...attempt, origin: endpoint.origin, isPod })
    if (isUnreached(outcome)) book.hurry()
    if (end(toVerdict(outcome))) events.ejected(endpoint.origin)
    return outcome
  }
}

/** Resolves with the addresses, or with why there are none when the attempt has to end. */
function inTime(
  addresses: Promise<readonly string[]> | readonly string[],
  attempt: Attempt,
  { now, after }: Timing,
): Promise<readonly string[] | Error> {
  const { promise, resolve } = Promise.withResolvers<readonly string[] | Error>()
  const cancel = after(Math.max(0, attempt.endsAtMs - now()), () => {
    resolve(new Error('nobody answered in time'))
  })
  Promise.resolve(addresses)
    .then(resolve, (error: unknown) => resolve(toError(error)))
    .finally(cancel)
    .catch(() => undefined)
  return promise
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

function isUnreached(outcome: Outcome): boolean {
  return outcome.kind === 'failure' && outcome.code === 'unavailable' && !outcome.sent
}

/** Whether an outcome speaks against the endpoint; `undefined` when the caller gave up. */
function toVerdict(outcome: Outcome): boolean | undefined {
  if (outcome.kind === 'failure' && outcome.code === 'cancelled') return undefined
  return isProviderFailure(outcome)
}
