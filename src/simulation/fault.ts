import type { FailureOutcome, Outcome } from '../client/call/policy.ts'

/** What a simulated pod does with a request. */
export type Behaviour =
  /** Answers after `latencyMs`. */
  | { readonly kind: 'ok'; readonly latencyMs: number }
  /** Answers 503, with what the provider says about trying again. */
  | {
      readonly kind: 'unavailable'
      readonly latencyMs: number
      readonly retryAfterMs?: number
      readonly pushbackMs?: number
      readonly retrySafe?: boolean
    }
  /** Breaks the connection after `latencyMs`. */
  | { readonly kind: 'reset'; readonly latencyMs: number }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Takes no connection, and says so at once. */
  | { readonly kind: 'refuse' }

/** The reply of a pod that is well. */
const OK_OUTCOME: Outcome = { kind: 'success', status: 200, headers: {}, data: undefined }

/** Gives the outcome of an attempt that a pod ends itself. */
export function toOutcome(behaviour: Exclude<Behaviour, { kind: 'hang' }>): Outcome {
  switch (behaviour.kind) {
    case 'ok':
      return OK_OUTCOME
    case 'unavailable':
      return toFailure({
        status: 503,
        reason: 'status 503',
        processed: behaviour.retrySafe === true ? 'no' : 'maybe',
        retryAfterMs: behaviour.retryAfterMs,
        pushbackMs: behaviour.pushbackMs,
      })
    case 'reset':
      return toFailure({ reason: 'the connection broke' })
    case 'refuse':
      return toFailure({ reason: 'the connection was refused', processed: 'no', sent: false })
  }
}

/** Gives the outcome of an attempt whose time ran out, or that its caller gave up. */
export function toEnded(code: 'deadline_exceeded' | 'cancelled'): Outcome {
  return toFailure({
    code,
    reason: code === 'cancelled' ? 'the caller gave up' : 'no reply in time',
  })
}

function toFailure(facts: Partial<FailureOutcome>): FailureOutcome {
  return {
    kind: 'failure',
    code: 'unavailable',
    reason: '',
    processed: 'maybe',
    sent: true,
    status: undefined,
    headers: undefined,
    retryAfterMs: undefined,
    pushbackMs: undefined,
    traceId: undefined,
    hops: [],
    cause: undefined,
    ...facts,
  }
}
