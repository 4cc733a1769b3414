import type { GuardLimits } from '../../parse/guard-settings.ts'
import type { Counters } from './counters.ts'
import { countAbove, toLeastIncrease, toQuantile } from './statistics.ts'

/** How requests to some pods were. */
export interface RequestNumbers {
  readonly requests: number
  /** Of all requests. */
  readonly errorRatio: number
  readonly p95Seconds: number
}

/** How the new pods are beside those before them. */
export type Comparison =
  | { readonly kind: 'too-few'; readonly reason: string }
  | { readonly kind: 'as-before'; readonly before: RequestNumbers; readonly after: RequestNumbers }
  | {
      readonly kind: 'worse'
      readonly before: RequestNumbers
      readonly after: RequestNumbers
      /** What is worse, in words. */
      readonly message: string
    }

/** Less than this is felt by nobody, however many times as slow it is; and buckets are no finer. */
const LEAST_SLOWER_SECONDS = 0.05

const P95 = 0.95

/**
 * Compares requests to the new pods with those to the pods before them. Worse is what is worse by more
 * than the limits, and by more than chance.
 */
export function compareRequests(
  before: Counters,
  after: Counters,
  limits: GuardLimits,
): Comparison {
  const few = [
    { what: 'the pods before', requests: before.requests },
    { what: 'the new pods', requests: after.requests },
  ].find(({ requests }) => requests < limits.minRequests)
  if (few !== undefined)
    return {
      kind: 'too-few',
      reason: `${few.requests} ${few.requests === 1 ? 'request' : 'requests'} to ${few.what}, at least ${limits.minRequests} are compared`,
    }
  const numbers = { before: toNumbers(before), after: toNumbers(after) }
  const message = findErrors(before, after, limits) ?? findSlowness(before, after, limits)
  return message === undefined
    ? { kind: 'as-before', ...numbers }
    : { kind: 'worse', ...numbers, message }
}

/** Gives a part of all, as a person reads it: `12.0 %`. */
export function toPercent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`
}

/** Gives a duration as a person reads it: `80 ms`, `2.50 s`. */
export function toDuration(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(2)} s`
}

function toNumbers({ buckets, errors, requests }: Counters): RequestNumbers {
  return { requests, errorRatio: errors / requests, p95Seconds: toQuantile(buckets, P95) }
}

function findErrors(
  before: Counters,
  after: Counters,
  { maxErrorIncrease }: GuardLimits,
): string | undefined {
  const [old, now] = [before.errors / before.requests, after.errors / after.requests]
  const least = toLeastIncrease(
    { count: before.errors, of: before.requests },
    { count: after.errors, of: after.requests },
  )
  if (now - old <= maxErrorIncrease || least <= 0) return undefined
  return `${toPercent(now)} of requests to the new pods failed, before it was ${toPercent(old)}`
}

/** A twentieth of all may be slower than p95: it is asked whether more are slower than p95 may be now. */
function findSlowness(
  before: Counters,
  after: Counters,
  { maxSlowdown }: GuardLimits,
): string | undefined {
  const [old, now] = [toQuantile(before.buckets, P95), toQuantile(after.buckets, P95)]
  const allowed = Math.max(old * maxSlowdown, old + LEAST_SLOWER_SECONDS)
  const least = toLeastIncrease(
    countAbove(before.buckets, allowed),
    countAbove(after.buckets, allowed),
  )
  if (now <= allowed || !(least > 0)) return undefined
  return `p95 of the new pods is ${toDuration(now)}, before it was ${toDuration(old)}`
}
