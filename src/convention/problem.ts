/** The content type of an error's body. Source: RFC 9457. */
export const PROBLEM_TYPE = 'application/problem+json'

/** The body of every reply that is not a success. Source: RFC 9457, with members of servicex's own. */
export interface Problem {
  readonly type: 'about:blank'
  /** What the status means, in words. */
  readonly title: string
  readonly status: number
  /** What happened, in one sentence; never a value that the caller sent. */
  readonly detail?: string
  /** A code the contract declares, or one of `PROTOCOL_CODES`. */
  readonly code: string
  /** The data of a declared error. */
  readonly data?: unknown
  /** What is wrong with the input, or in development with the output. */
  readonly issues?: readonly ProblemIssue[]
  /** Omitted issues. */
  readonly moreIssues?: number
  readonly traceId?: string
  readonly requestId?: string
  /** The calls to other services that failed, the nearest first. */
  readonly hops?: readonly ProblemHop[]
}

/** One thing that is wrong. */
export interface ProblemIssue {
  /** Where: `body.lines[0].total`, `query.limit`, `params.id`, `headers.x-tenant`. */
  readonly path: string
  /** zod's code of the rule: `invalid_type`, `too_big`, `custom`. */
  readonly code: string
  readonly message: string
}

/** A failed call further down. */
export interface ProblemHop {
  readonly service: string
  readonly operation: string
  readonly code: string
  readonly durationMs?: number
  readonly attempts?: number
}

/**
 * Under this key an error of a client gives the calls it failed with, `readonly ProblemHop[]`, its
 * own first: a provider that fails with it names them in its problem.
 */
export const HOPS: unique symbol = Symbol.for('servicex.hops')

/** Codes of problems that HTTP or the contract demands, and their status. No contract may declare one. */
export const PROTOCOL_CODES = {
  invalid_request: 400,
  no_such_operation: 404,
  method_not_allowed: 405,
  idempotency_key_in_use: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  internal: 500,
  invalid_reply: 500,
  unavailable: 503,
  overloaded: 503,
  deadline_exceeded: 504,
} as const

/** One of `PROTOCOL_CODES`. */
export type ProtocolCode = keyof typeof PROTOCOL_CODES
