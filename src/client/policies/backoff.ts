import type { Timing } from './timing.ts'

/** How long waits between attempts get. */
export interface BackoffSettings {
  readonly backoffBaseMs: number
  readonly backoffCapMs: number
}

/**
 * Gives the wait before retry number `retry` (1 for the first), milliseconds: anything up to a bound
 * that doubles each time. Source: "full jitter", AWS Architecture Blog.
 */
export function toBackoffMs(
  retry: number,
  { backoffBaseMs, backoffCapMs }: BackoffSettings,
  random: Timing['random'],
): number {
  return random() * Math.min(backoffCapMs, backoffBaseMs * 2 ** (retry - 1))
}

/** The provider's own wait is never shortened, and lengthened by at most this part, so that callers part. */
const LONGER_SHARE = 0.1

/** Gives a wait that the provider asked for, spread a little. */
export function toAskedWaitMs(askedMs: number, random: Timing['random']): number {
  return askedMs * (1 + LONGER_SHARE * random())
}
