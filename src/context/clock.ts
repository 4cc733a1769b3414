import { performance } from 'node:perf_hooks'

const RESYNC_MS = 10_000

let epochOffsetMs = 0
let syncedAtMs = Number.NEGATIVE_INFINITY

/** Milliseconds on the process's monotonic clock; durations are differences of these. */
export function monotonicMs(): number {
  return performance.now()
}

/**
 * Gives the wall-clock time, Unix milliseconds with fractions, of a moment on the monotonic clock,
 * which may be past.
 *
 * The two clocks are compared again every 10 s: the wall clock is slewed by NTP, the other is not.
 */
export function toEpochMs(monotonic: number): number {
  const now = performance.now()
  if (now - syncedAtMs > RESYNC_MS) {
    syncedAtMs = now
    const exact = performance.timeOrigin + now
    const wall = Date.now()
    // Date.now() has whole milliseconds: within one of them, the finer clock is right.
    epochOffsetMs = Math.abs(exact - wall) <= 1 ? performance.timeOrigin : wall - now
  }
  return epochOffsetMs + monotonic
}
