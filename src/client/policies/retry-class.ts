import type { FailureOutcome, Outcome } from '../call/policy.ts'

/** Why an attempt is repeated; a label of metrics, so there are no others. */
export type RetryReason = 'not_sent' | 'shed' | 'status' | 'attempt_timeout' | 'broken'

/** What was asked, as far as repeating it goes. */
export interface Repeatable {
  /** It may be done twice. */
  readonly repeatable: boolean
  /** Its body is gone once any of it was sent. */
  readonly bodyOnce?: boolean | undefined
  readonly retry: 'all' | 'not-processed'
}

/** Codes of failures that another attempt can mend. */
const PASSING: ReadonlySet<FailureOutcome['code']> = new Set([
  'unavailable',
  'overloaded',
  'deadline_exceeded',
])
/** Statuses that say nothing of the request itself. 500 is not one: it is a bug, and stays one. */
const PASSING_STATUS: ReadonlySet<number> = new Set([429, 502, 503, 504])

/**
 * Says why an attempt may be repeated; `undefined` when it may not.
 *
 * What was not processed may be repeated whatever it is; what may have been, only when doing it
 * twice does no harm. 429 is repeated only when it says when.
 */
export function toRetryReason(
  outcome: Outcome,
  { repeatable, bodyOnce = false, retry }: Repeatable,
): RetryReason | undefined {
  if (outcome.kind !== 'failure' || !PASSING.has(outcome.code)) return undefined
  if (bodyOnce && outcome.sent) return undefined
  if (outcome.processed === 'no') return outcome.sent ? 'shed' : 'not_sent'
  if (outcome.processed !== 'maybe' || !repeatable || retry === 'not-processed') return undefined
  const { status, code, retryAfterMs } = outcome
  if (status === undefined || status < 400) {
    return code === 'deadline_exceeded' ? 'attempt_timeout' : 'broken'
  }
  if (!PASSING_STATUS.has(status)) return undefined
  return status === 429 && retryAfterMs === undefined ? undefined : 'status'
}

/** Says whether an outcome speaks against the endpoint that gave it, or against all of them. */
export function isProviderFailure(outcome: Outcome): boolean {
  if (outcome.kind !== 'failure') return false
  return PASSING.has(outcome.code) && outcome.processed !== 'yes'
}
