import { monotonicMs } from '../../context/clock.ts'
import { ClientOperation } from '../../context/operation/client-operation.ts'
import { currentScope, type Scope, storage } from '../../context/scope.ts'
import { LEAST_LEFT_MS } from '../../convention/contract-wire.ts'
import { PROPAGATED } from '../../convention/propagation.ts'
import type { OperationPlan } from '../../convention/service-plan.ts'
import { toOwnFailure } from '../policies/failure-outcome.ts'
import type { CallOptions } from './call-options.ts'
import { toBreakOutcome } from './break-outcome.ts'
import { type CallEnd, toCallEnd, toClientError } from './call-end.ts'
import { type Attempt, type ClientCall, compose, type Outcome, type Policy } from './policy.ts'
import { type CallTarget, prepareCall, type PreparedCall } from './prepare-call.ts'
import type { ChecksOf } from './reply-checks.ts'
import { sendRequest } from './send-request.ts'
import { streams } from './streamed.ts'
import { toOutcome } from './to-outcome.ts'

/** Kept of the time an inbound request has left, for its own reply. */
const INBOUND_MARGIN_MS = 10

/** What a call goes through beside its target. */
export interface CallParts {
  readonly checks: ChecksOf
  readonly policies: readonly Policy[]
}

/**
 * Makes one call: prepares it, sends it through the policies, checks the reply, and tells the
 * signals. Resolves with a success or a `ClientError`; rejects only for a call that cannot be sent
 * as it was asked for (SERVICEX_CALL_INVALID, SERVICEX_CLIENT_ADDRESS).
 */
export async function runCall(
  target: CallTarget,
  parts: CallParts,
  { input, options }: { readonly input: unknown; readonly options: CallOptions },
): Promise<CallEnd> {
  const prepared = prepareCall(target, input, options)
  const scope = currentScope()
  const call = toClientCall(target, prepared, { options, scope })
  const operation = new ClientOperation(call.service, call.operation, scope)
  const send = compose(parts.policies, (attempt) =>
    sendAttempt(attempt, { target, prepared, checks: parts.checks, operation }),
  )
  const first: Attempt = {
    call,
    number: 1,
    origin: call.origin,
    endsAtMs: call.deadlineAtMs,
  }
  const outcome = await storage.run(operation, () => send(first))
  return toCallEnd(outcome, call, operation)
}

function toClientCall(
  { service, operation, plan }: CallTarget,
  prepared: PreparedCall,
  { options, scope }: { readonly options: CallOptions; readonly scope: Scope | undefined },
): ClientCall {
  const startedAtMs = monotonicMs()
  const ownMs = startedAtMs + prepared.deadlineMs
  // Work that goes on after its request was answered has its own time.
  const inbound = scope?.input?.ended === false ? scope.input : undefined
  const inboundMs = inbound?.deadlineAtMs
  return {
    service: service.service,
    operation,
    method: plan.method,
    repeatable: prepared.repeatable,
    bodyOnce: typeof prepared.body === 'object' && Symbol.asyncIterator in prepared.body,
    options,
    origin: prepared.base.origin,
    startedAtMs,
    deadlineAtMs: inboundMs === undefined ? ownMs : Math.min(ownMs, inboundMs - INBOUND_MARGIN_MS),
    signal: toSignal(options.signal, inbound?.signal),
    tried: new Set(),
  }
}

function toSignal(
  own: AbortSignal | undefined,
  inbound: AbortSignal | undefined,
): AbortSignal | undefined {
  if (own === undefined || inbound === undefined) return own ?? inbound
  return AbortSignal.any([own, inbound])
}

interface AttemptParts {
  readonly target: CallTarget
  readonly prepared: PreparedCall
  readonly checks: ChecksOf
  readonly operation: ClientOperation
}

async function sendAttempt(
  attempt: Attempt,
  { target, prepared, checks, operation }: AttemptParts,
): Promise<Outcome> {
  const { call, origin, endsAtMs } = attempt
  const startedAtMs = monotonicMs()
  const leftMs = Math.floor(endsAtMs - startedAtMs)
  if (call.signal?.aborted === true)
    return toOwnFailure('cancelled', 'the caller gave up', call.signal.reason)
  if (leftMs <= LEAST_LEFT_MS) return toOwnFailure('deadline_exceeded', 'no time is left')
  operation.attempts += 1
  const { plan } = target
  const sending = sendRequest({
    origin,
    isPod: attempt.isPod,
    path: prepared.path,
    method: plan.method,
    headers: withTimeLeft(prepared.headers, plan, leftMs),
    body: prepared.body,
    endsAtMs,
    signal: call.signal,
    maxBytes: prepared.maxBytes,
    streams: streams(plan),
  })
  const expected = { plan, checks: checks(call.operation), maxBytes: prepared.maxBytes }
  const result = await sending
  if (result.kind === 'stream') {
    const { status, headers } = result
    result.chunks.explain((why, error) => {
      const outcome = toBreakOutcome(
        { kind: 'break', why, sent: true, status, headers, error },
        prepared.maxBytes,
      )
      return toClientError(outcome, call, operation)
    })
  }
  const outcome = toOutcome(result, expected)
  return outcome instanceof Promise ? await outcome : outcome
}

/** A stream has no end that is known before: its provider is not told of the time for its head. */
function withTimeLeft(
  headers: PreparedCall['headers'],
  { ok }: OperationPlan,
  leftMs: number,
): PreparedCall['headers'] {
  if (ok.kind === 'events' || ok.kind === 'file') return headers
  return { ...headers, [PROPAGATED.requestTimeoutMs]: String(leftMs) }
}
