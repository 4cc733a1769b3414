import type { Outcome, Policy } from '../call/policy.ts'
import type { ResilienceEvents } from './events.ts'
import { toOwnFailure } from './failure-outcome.ts'
import { isProviderFailure } from './retry-class.ts'
import { SlidingCount } from './sliding-count.ts'
import type { Timing } from './timing.ts'

const WINDOW_MS = 10_000
const BUCKETS = 40
/** A target is given twice as much as it takes. Source: Site Reliability Engineering, "Handling Overload", K = 2. */
const GENEROSITY = 2
/** Calls that are never held against a target: a few failures are no outage. */
const SLACK = 10
/** So many are let through always. Source: Finagle's NackAdmissionFilter caps its drops. */
const MAX_REFUSED = 0.9
/** One call is let through at least this often, whatever the odds. Source: go-zero. */
const PROBE_MS = 500
/** So many successes in a row end an outage. */
const STREAK = 5
/** A call that has no answer by then counts as one that the target did not take, until it does. */
const OVERDUE_MS = 1000

interface StartedCall {
  readonly startedAtMs: number
}

/**
 * Refuses a part of the calls of a target that answers only a part of them: the more fail, the fewer
 * are sent. It is no switch: a target that fails a third of its calls is sent them all, and one that
 * is back is sent all within seconds.
 */
export class Throttle {
  readonly #timing: Timing
  readonly #events: ResilienceEvents
  readonly #asked = new SlidingCount(WINDOW_MS, BUCKETS)
  readonly #taken = new SlidingCount(WINDOW_MS, BUCKETS)
  /** Calls under way that are not counted yet, the oldest first. */
  readonly #underWay = new Set<StartedCall>()
  #lastSentMs = Number.NEGATIVE_INFINITY
  #streak = 0

  constructor(timing: Timing, events: ResilienceEvents) {
    this.#timing = timing
    this.#events = events
  }

  /** The part of the calls that is refused now, 0 to 0.9. */
  get refusedShare(): number {
    return this.#shareAt(this.#timing.now())
  }

  #shareAt(now: number): number {
    this.#countOverdue(now)
    const asked = this.#asked.total(now)
    const excess = asked - SLACK - GENEROSITY * this.#taken.total(now)
    return Math.min(MAX_REFUSED, Math.max(0, excess / (asked + 1)))
  }

  /** Says whether a failed attempt may be followed by another: from half of the calls refused, none is. */
  readonly mayRetry = (): boolean => {
    const share = this.refusedShare
    return share === 0 || this.#timing.random() >= 2 * share
  }

  readonly policy: Policy = async (attempt, next) => {
    const now = this.#timing.now()
    const share = this.#shareAt(now)
    const isProbe = now - this.#lastSentMs >= PROBE_MS
    if (share > 0 && !isProbe && this.#timing.random() < share) {
      this.#asked.add(now)
      this.#events.refused('throttle')
      return toOwnFailure('overloaded', 'it answers only a part of its calls')
    }
    this.#lastSentMs = now
    const started: StartedCall = { startedAtMs: now }
    this.#underWay.add(started)
    const outcome = await next(attempt)
    if (this.#underWay.delete(started)) this.#asked.add(this.#timing.now())
    this.#note(outcome)
    return outcome
  }

  /** A call counts once, when it ends or is overdue: a burst of calls that are under way is no outage. */
  #countOverdue(now: number): void {
    for (const call of this.#underWay) {
      if (now - call.startedAtMs < OVERDUE_MS) return
      this.#underWay.delete(call)
      this.#asked.add(now)
    }
  }

  /** A caller who gave up says nothing of the target. */
  #note(outcome: Outcome): void {
    if (isProviderFailure(outcome)) {
      this.#streak = 0
      return
    }
    const now = this.#timing.now()
    this.#taken.add(now)
    this.#streak += 1
    if (this.#streak < STREAK || this.#shareAt(now) === 0) return
    this.#asked.clear()
    this.#taken.clear()
  }
}
