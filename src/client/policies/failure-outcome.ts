import type { FailureOutcome } from '../call/policy.ts'
import type { TransportCode } from '../call/transport-code.ts'

/** Gives the outcome of a call that a policy ends itself: nothing of it was sent. */
export function toOwnFailure(code: TransportCode, reason: string, cause?: unknown): FailureOutcome {
  return {
    kind: 'failure',
    code,
    reason,
    processed: 'no',
    sent: false,
    status: undefined,
    headers: undefined,
    retryAfterMs: undefined,
    pushbackMs: undefined,
    traceId: undefined,
    hops: [],
    cause,
  }
}
