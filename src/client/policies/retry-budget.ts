import { SlidingCount } from './sliding-count.ts'
import type { Timing } from './timing.ts'

/** How far a budget looks back. Source: Finagle's RetryBudget, Linkerd. */
const WINDOW_MS = 10_000
const BUCKETS = 100

/** What a budget grants. */
export interface BudgetSettings {
  /** Retries as a part of calls. */
  readonly budgetRatio: number
  /** Retries that are granted at any rate of calls. */
  readonly budgetFloor: number
}

/**
 * Grants the retries of one target: those of the last 10 s are at most a part of its calls, and a
 * floor. An outage then costs the provider a fifth more, not three times as much.
 */
export class RetryBudget {
  readonly #settings: BudgetSettings
  readonly #now: Timing['now']
  readonly #calls = new SlidingCount(WINDOW_MS, BUCKETS)
  // One bucket more: no retry is forgotten before its 10 s are over.
  readonly #retries = new SlidingCount(WINDOW_MS + WINDOW_MS / BUCKETS, BUCKETS + 1)

  constructor(settings: BudgetSettings, { now }: Pick<Timing, 'now'>) {
    this.#settings = settings
    this.#now = now
  }

  /** Counts a call, of which retries may be granted. */
  noteCall(): void {
    this.#calls.add(this.#now())
  }

  /** Takes one retry out of the budget; says whether there was one. */
  take(): boolean {
    const now = this.#now()
    const { budgetRatio, budgetFloor } = this.#settings
    const granted = budgetRatio * this.#calls.total(now) + budgetFloor
    if (this.#retries.total(now) + 1 > granted) return false
    this.#retries.add(now)
    return true
  }
}
