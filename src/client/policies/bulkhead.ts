import type { Policy } from '../call/policy.ts'
import type { ResilienceEvents } from './events.ts'
import { toOwnFailure } from './failure-outcome.ts'

/**
 * Keeps the calls of one target that are under way below a bound, and refuses more at once: a target
 * that hangs then takes a part of this process, not all of it. There is no queue, which would only
 * hold calls until their callers are gone.
 */
export class Bulkhead {
  readonly #limit: number
  readonly #events: ResilienceEvents
  #inFlight = 0

  constructor(limit: number, events: ResilienceEvents) {
    this.#limit = limit
    this.#events = events
  }

  /** Calls under way. */
  get inFlight(): number {
    return this.#inFlight
  }

  readonly policy: Policy = async (attempt, next) => {
    if (this.#inFlight >= this.#limit) {
      this.#events.refused('bulkhead')
      return toOwnFailure('overloaded', `${this.#limit} calls of it are under way`)
    }
    this.#inFlight += 1
    try {
      return await next(attempt)
    } finally {
      this.#inFlight -= 1
    }
  }
}
