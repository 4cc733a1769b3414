import type { Policy } from '../call/policy.ts'
import type { ResilienceEvents } from './events.ts'
import { toOwnFailure } from './failure-outcome.ts'
import type { Timing } from './timing.ts'

/** So long before the end of a shutdown, nothing is repeated any more. */
const LAST_RETRY_MS = 2000

/**
 * The calls of a process that shuts down: they go on as long as the work they are made for, stop
 * being repeated shortly before the end, and are refused at the end.
 */
export class Drain {
  readonly #now: Timing['now']
  #endsAtMs = Number.POSITIVE_INFINITY

  constructor({ now }: Pick<Timing, 'now'>) {
    this.#now = now
  }

  /** Begins the end: it comes in `graceMs`. An earlier end stands. */
  begin(graceMs: number): void {
    this.#endsAtMs = Math.min(this.#endsAtMs, this.#now() + graceMs)
  }

  /** Says whether failed attempts are repeated still. */
  readonly mayRetry = (): boolean => this.#now() < this.#endsAtMs - LAST_RETRY_MS

  /** Gives the policy that refuses calls after the end. */
  toPolicy(events: ResilienceEvents): Policy {
    return (attempt, next) => {
      if (this.#now() < this.#endsAtMs) return next(attempt)
      events.refused('drain')
      return Promise.resolve(toOwnFailure('cancelled', 'this process is shutting down'))
    }
  }
}
