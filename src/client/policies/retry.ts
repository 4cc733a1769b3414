import type { Attempt, FailureOutcome, Outcome, Policy, Send } from '../call/policy.ts'
import { toAskedWaitMs, toBackoffMs } from './backoff.ts'
import type { ResilienceEvents } from './events.ts'
import { toOwnFailure } from './failure-outcome.ts'
import type { RetryBudget } from './retry-budget.ts'
import { toRetryReason } from './retry-class.ts'
import type { SettingsOf } from './settings.ts'
import type { Timing } from './timing.ts'
import { waitFor } from './wait.ts'

/** What retries are made with. */
export interface RetryParts {
  readonly settingsOf: SettingsOf
  readonly timing: Timing
  readonly budget: RetryBudget
  readonly events: ResilienceEvents
  /** Says whether another attempt may begin: not near the end of a shutdown, and rarely while the target is down. */
  readonly mayRetry: () => boolean
}

/**
 * Sends a call again when the failure passes and doing it again does no harm: within its deadline,
 * its attempts and the budget of its target, never earlier than the provider asks.
 */
export function retryPolicy(parts: RetryParts): Policy {
  return async (first, next) => {
    parts.budget.noteCall()
    const limit = first.call.options.attempts ?? parts.settingsOf(first.call.operation).attempts
    let attempt = toTimed(first, limit, parts)
    for (;;) {
      const outcome = await send(attempt, next, parts)
      const waitMs = attempt.number < limit ? toWaitMs(outcome, attempt, parts) : undefined
      if (waitMs === undefined) return outcome
      const { call } = attempt
      if (waitMs > 0 && !(await waitFor(waitMs, call.signal, parts.timing))) {
        return toOwnFailure('cancelled', 'the caller gave up', call.signal?.reason)
      }
      attempt = toTimed({ ...attempt, number: attempt.number + 1 }, limit, parts)
    }
  }
}

function send(attempt: Attempt, next: Send, { events }: RetryParts): Promise<Outcome> {
  events.attempt(attempt.number)
  return next(attempt)
}

/** An attempt after which another may come leaves time for it. */
function toTimed(attempt: Attempt, limit: number, { settingsOf, timing }: RetryParts): Attempt {
  const { call, number } = attempt
  const settings = settingsOf(call.operation)
  const isLast = number >= limit || !call.repeatable || settings.retry === 'not-processed'
  if (isLast) return { ...attempt, endsAtMs: call.deadlineAtMs }
  const shareMs = (call.deadlineAtMs - call.startedAtMs) * settings.attemptShare
  return { ...attempt, endsAtMs: Math.min(call.deadlineAtMs, timing.now() + shareMs) }
}

/** Gives how long to wait before the next attempt; `undefined` when there is none. */
function toWaitMs(outcome: Outcome, attempt: Attempt, parts: RetryParts): number | undefined {
  const { settingsOf, timing, budget, events } = parts
  const { call, number } = attempt
  const settings = settingsOf(call.operation)
  const { repeatable, bodyOnce } = call
  const reason = toRetryReason(outcome, { repeatable, bodyOnce, retry: settings.retry })
  if (reason === undefined || outcome.kind !== 'failure' || !parts.mayRetry()) return undefined
  if (outcome.pushbackMs !== undefined && outcome.pushbackMs < 0) return undefined
  // Another endpoint may take at once what this one has not begun.
  const isAtOnce = outcome.processed === 'no' && number === 1
  const asked = toAskedMs(outcome)
  const ownMs = isAtOnce ? 0 : toBackoffMs(number, settings, timing.random)
  const waitMs = asked === undefined ? ownMs : toAskedWaitMs(asked, timing.random)
  if (timing.now() + waitMs >= call.deadlineAtMs) return undefined
  if (!budget.take()) {
    events.budgetDenied()
    return undefined
  }
  events.retry(reason)
  return waitMs
}

function toAskedMs({ pushbackMs, retryAfterMs }: FailureOutcome): number | undefined {
  if (pushbackMs === undefined || retryAfterMs === undefined) return pushbackMs ?? retryAfterMs
  return Math.max(pushbackMs, retryAfterMs)
}
