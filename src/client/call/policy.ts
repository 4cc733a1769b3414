import type { ProblemHop } from '../../convention/problem.ts'
import type { CallOptions } from './call-options.ts'
import type { TransportCode } from './transport-code.ts'

/** One call of an operation: what all its attempts share. */
export interface ClientCall {
  /** The service that is called. */
  readonly service: string
  readonly operation: string
  readonly method: string
  /** It may be sent twice: an idempotent method, or a key by which the provider recognises a repetition. */
  readonly repeatable: boolean
  /** Its body is a stream, which is read once: when any of it was sent, it cannot be sent again. */
  readonly bodyOnce?: boolean
  readonly options: CallOptions
  /** Where it goes when no policy chooses better: scheme, host and port. */
  readonly origin: string
  /** Milliseconds on the monotonic clock. */
  readonly startedAtMs: number
  /** When the call ends at the latest, on the monotonic clock. */
  readonly deadlineAtMs: number
  /** Ends the call early: the caller's own signal, or that of the request it is made for. */
  readonly signal: AbortSignal | undefined
  /** The endpoints it has been sent to: another attempt goes elsewhere. Shared by all copies of the call. */
  readonly tried: Set<unknown>
}

/** One attempt of a call; a policy hands on a changed copy. */
export interface Attempt {
  readonly call: ClientCall
  /** 1 for the first. */
  readonly number: number
  /** Where this attempt is sent. The `host` header stays that of the call's origin. */
  readonly origin: string
  /** That is one pod of several, chosen; any other address may stand for many, which connections choose between. */
  readonly isPod?: boolean
  /** When this attempt ends at the latest, on the monotonic clock; never after its call. */
  readonly endsAtMs: number
}

/** A reply of the operation's own, checked against the contract. */
export interface SuccessOutcome {
  readonly kind: 'success'
  readonly status: number
  readonly headers: ReplyHeaders
  readonly data: unknown
}

/** An error the contract declares. */
export interface DeclaredOutcome {
  readonly kind: 'declared'
  readonly status: number
  readonly headers: ReplyHeaders
  readonly code: string
  readonly data: unknown
  readonly traceId: string | undefined
}

/** Anything else: no reply, or one that the contract does not declare. */
export interface FailureOutcome {
  readonly kind: 'failure'
  readonly code: TransportCode
  /** What happened, a few words for a person; never a part of a body. */
  readonly reason: string
  /** Whether the provider may have done the work: `no` allows another attempt of anything, `maybe` of what is repeatable. */
  readonly processed: 'no' | 'maybe' | 'yes'
  /** Bytes of the request left this process. */
  readonly sent: boolean
  readonly status: number | undefined
  readonly headers: ReplyHeaders | undefined
  /** `retry-after`, milliseconds. */
  readonly retryAfterMs: number | undefined
  /** `x-retry-pushback-ms`; −1 forbids another attempt. */
  readonly pushbackMs: number | undefined
  /** The provider's own trace and its failed calls, where its reply names them. */
  readonly traceId: string | undefined
  readonly hops: readonly ProblemHop[]
  readonly cause: unknown
}

/** How an attempt ended. */
export type Outcome = SuccessOutcome | DeclaredOutcome | FailureOutcome

/** Headers of a reply, by lower-case name. */
export type ReplyHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** Makes one attempt and resolves with how it ended. Never rejects. */
export type Send = (attempt: Attempt) => Promise<Outcome>

/**
 * One concern of a call: admission, retry, the choice of an endpoint, ejection. It may change the
 * attempt, send it any number of times (with rising numbers), or not at all. Never rejects.
 */
export type Policy = (attempt: Attempt, next: Send) => Promise<Outcome>

/** Makes one `Send` of `policies`, the first outermost, around `send`. */
export function compose(policies: readonly Policy[], send: Send): Send {
  return policies.reduceRight<Send>((next, policy) => (attempt) => policy(attempt, next), send)
}
