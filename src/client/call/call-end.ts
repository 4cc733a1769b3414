import { monotonicMs } from '../../context/clock.ts'
import type { ClientOperation } from '../../context/operation/client-operation.ts'
import { ClientError } from './client-error.ts'
import type {
  ClientCall,
  DeclaredOutcome,
  FailureOutcome,
  Outcome,
  ReplyHeaders,
} from './policy.ts'

/** How a call ended: what it was made for, or why not. */
export type CallEnd =
  | {
      readonly ok: true
      readonly data: unknown
      readonly status: number
      readonly headers: ReplyHeaders
    }
  | { readonly ok: false; readonly error: ClientError }

const LATER: ReadonlySet<string> = new Set(['unavailable', 'overloaded', 'deadline_exceeded'])

/** Gives the end of a call from its last outcome, and tells the signals of it. */
export function toCallEnd(outcome: Outcome, call: ClientCall, operation: ClientOperation): CallEnd {
  operation.statusCode = outcome.status
  if (outcome.kind === 'success') {
    operation.finish()
    return { ok: true, data: outcome.data, status: outcome.status, headers: outcome.headers }
  }
  const error = toClientError(outcome, call, operation)
  if (outcome.kind === 'declared') operation.decline(error.code)
  else operation.break(error.code, error)
  operation.finish()
  return { ok: false, error }
}

/** Gives the error of an outcome that is no success. */
export function toClientError(
  outcome: DeclaredOutcome | FailureOutcome,
  call: ClientCall,
  operation: ClientOperation,
): ClientError {
  const failure = outcome.kind === 'failure' ? outcome : undefined
  return new ClientError({
    service: call.service,
    operation: call.operation,
    code: outcome.code,
    data: outcome.kind === 'declared' ? outcome.data : undefined,
    status: outcome.status,
    attempts: operation.attempts,
    sent: failure?.sent ?? true,
    retryable: failure !== undefined && isRetryable(failure, call),
    // It stands in log lines: whole microseconds, which is what the clock resolves.
    durationMs: Math.round((monotonicMs() - call.startedAtMs) * 1000) / 1000,
    retryAfterMs: failure?.retryAfterMs,
    traceId: outcome.traceId ?? operation.traceId,
    hops: failure?.hops ?? [],
    reason: failure?.reason === '' ? undefined : failure?.reason,
    cause: failure?.cause,
  })
}

function isRetryable({ code, processed }: FailureOutcome, call: ClientCall): boolean {
  return LATER.has(code) && (processed === 'no' || (processed === 'maybe' && call.repeatable))
}
