import type {
  Attempt,
  ClientCall,
  FailureOutcome,
  Outcome,
} from '../../../src/client/call/policy.ts'
import { NO_EVENTS, type ResilienceEvents } from '../../../src/client/policies/events.ts'

/** The reply of a provider that is well. */
export const OK: Outcome = { kind: 'success', status: 200, headers: {}, data: 'ok' }

/** A failure with what the test is about; the rest is that of a connection that broke. */
export function failure(facts: Partial<FailureOutcome> = {}): FailureOutcome {
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

/** A refused connection. */
export const REFUSED: FailureOutcome = failure({ processed: 'no', sent: false })

/** A reply 503. */
export const BUSY: FailureOutcome = failure({ status: 503 })

/** The first attempt of a call of 5 s that may be repeated. */
export function attempt(facts: Partial<ClientCall> = {}): Attempt {
  const call: ClientCall = {
    service: 'billing',
    operation: 'getInvoice',
    method: 'GET',
    repeatable: true,
    options: {},
    origin: 'http://web-pods.billing.svc.cluster.local.:8080',
    startedAtMs: 0,
    deadlineAtMs: 5000,
    tried: new Set(),
    signal: undefined,
    ...facts,
  }
  return { call, number: 1, origin: call.origin, endsAtMs: call.deadlineAtMs }
}

/** Events that note their names, and what they were told. */
export function recordEvents(): { readonly events: ResilienceEvents; readonly told: string[] } {
  const told: string[] = []
  const note =
    (name: string) =>
    (fact?: string): void =>
      void told.push(fact === undefined ? name : `${name} ${fact}`)
  return {
    events: {
      ...NO_EVENTS,
      retry: note('retry'),
      budgetDenied: note('budgetDenied'),
      refused: note('refused'),
      ejected: note('ejected'),
      hedge: note('hedge'),
      lookupFailed: note('lookupFailed'),
    },
    told,
  }
}
