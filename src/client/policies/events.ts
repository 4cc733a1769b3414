import type { RetryReason } from './retry-class.ts'

/** What policies tell of, for metrics; every member is called as it happens, and none may throw. */
export interface ResilienceEvents {
  /** An attempt was sent; `number` is 1 for the first. */
  attempt(number: number): void
  retry(reason: RetryReason): void
  /** A retry was due and the budget had none left. */
  budgetDenied(): void
  /** A call was refused here, before anything was sent. */
  refused(by: 'bulkhead' | 'throttle' | 'drain'): void
  ejected(endpoint: string): void
  hedge(): void
  /** A lookup of the target's name failed; the addresses known before go on. */
  lookupFailed(): void
}

/** Tells nobody. */
export const NO_EVENTS: ResilienceEvents = {
  attempt: ignore,
  retry: ignore,
  budgetDenied: ignore,
  refused: ignore,
  ejected: ignore,
  hedge: ignore,
  lookupFailed: ignore,
}

function ignore(): void {}
