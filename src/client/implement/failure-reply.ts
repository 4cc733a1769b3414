import { HOPS, type ProblemHop } from '../../convention/problem.ts'
import type { Deadline } from './deadline.ts'
import type { OutgoingReply } from './outgoing-reply.ts'
import { toProblemReply } from './problem-reply.ts'
import { Refusal } from './refusal.ts'
import { reportHandlerFailure } from './request-in-progress.ts'

/** Least status that is the provider's own failure. */
const SERVER_ERROR = 500

/** Gives the reply to a request that did not go well, and tells the signals when that is the provider's failure. */
export function toFailureReply(error: unknown, deadline: Deadline): OutgoingReply {
  const refusal = toRefusal(error, deadline)
  const isOwn = refusal.status >= SERVER_ERROR && !isCallersDoing(error, deadline)
  if (isOwn) reportHandlerFailure(error)
  return toProblemReply(refusal)
}

/** The caller left, or gave no time: what the handler makes of that is no failure of its own. */
function isCallersDoing(error: unknown, { signal }: Deadline): boolean {
  return signal.aborted && (error === signal.reason || isAbort(error))
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')
}

function toRefusal(error: unknown, deadline: Deadline): Refusal {
  if (error instanceof Refusal) return error
  const hops = hopsOf(error)
  if (deadline.expired && isCallersDoing(error, deadline))
    return new Refusal('deadline_exceeded', {
      detail: 'the time of the request is up',
      cause: error,
    })
  if (hops === undefined) return new Refusal('internal', { cause: error })
  return toCallFailure(hops, error)
}

function hopsOf(error: unknown): readonly ProblemHop[] | undefined {
  const hops: unknown = (error as { readonly [HOPS]?: unknown } | null | undefined)?.[HOPS]
  return Array.isArray(hops) ? (hops as ProblemHop[]) : undefined
}

/** What a caller is told of: another attempt of it would be another one of each call below. */
const NO_REPEAT = { 'x-retry-pushback-ms': '-1' }

function toCallFailure(hops: readonly ProblemHop[], cause: unknown): Refusal {
  const code = hops[0]?.code
  if (code === 'deadline_exceeded')
    return new Refusal('deadline_exceeded', { hops, cause, headers: NO_REPEAT })
  if (code === 'unavailable' || code === 'overloaded')
    return new Refusal('unavailable', { hops, cause, headers: NO_REPEAT })
  return new Refusal('internal', { hops, cause })
}
