import { PassingFailure, toRetryAfterMs } from './retry.ts'
import type { HttpAnswer } from './transport.ts'

/** Statuses that may pass by themselves. 501 and 505 say that they will not. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

/** Says whether an answer tells of a stumble that may pass. */
export function isPassing({ status }: HttpAnswer): boolean {
  return PASSING.has(status) || status > 505
}

/** Gives the failure of an answer that may pass, with `cause` as what to say when it does not. */
export function toPassingFailure({ status, headers }: HttpAnswer, cause: Error): PassingFailure {
  const retryAfterMs = toRetryAfterMs(headers['retry-after'], Date.now())
  return new PassingFailure(`answered ${status}`, { cause, retryAfterMs })
}
