import { HOPS, type ProblemHop } from '../../convention/problem.ts'

/** What a `ClientError` is made of. */
export interface ClientErrorParts {
  readonly service: string
  readonly operation: string
  readonly code: string
  readonly data: unknown
  readonly status: number | undefined
  readonly attempts: number
  readonly sent: boolean
  readonly retryable: boolean
  readonly durationMs: number
  readonly retryAfterMs: number | undefined
  readonly traceId: string | undefined
  readonly hops: readonly ProblemHop[]
  readonly reason: string | undefined
  readonly cause: unknown
}

const BRAND = Symbol.for('servicex.client-error')

/**
 * A call that did not give what it was made for: by `code`, an error that the contract declares, or
 * one of `TRANSPORT_CODES`. The message names every hop:
 * `billing.getInvoice ← ledger.read: deadline_exceeded after 480 ms, 2 attempts`.
 */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: string
  /** What the contract declares to come with `code`. */
  readonly data: unknown
  /** The service that was called, and the operation. */
  readonly service: string
  readonly operation: string
  /** The status of the reply, when there was one. */
  readonly status: number | undefined
  readonly attempts: number
  /** Bytes of a request left this process: the provider may have done the work. */
  readonly sent: boolean
  /** The same call may succeed later and does no harm twice. */
  readonly retryable: boolean
  /** All attempts and waits together, milliseconds. */
  readonly durationMs: number
  /** When the provider asks to be called again, milliseconds from its reply. */
  readonly retryAfterMs: number | undefined
  /** The trace in which this call, and what the provider did for it, is found. */
  readonly traceId: string | undefined
  /** Failed calls further down, the nearest first. */
  readonly hops: readonly ProblemHop[]

  constructor(parts: ClientErrorParts) {
    super(toMessage(parts), parts.cause === undefined ? undefined : { cause: parts.cause })
    this.code = parts.code
    this.data = parts.data
    this.service = parts.service
    this.operation = parts.operation
    this.status = parts.status
    this.attempts = parts.attempts
    this.sent = parts.sent
    this.retryable = parts.retryable
    this.durationMs = parts.durationMs
    this.retryAfterMs = parts.retryAfterMs
    this.traceId = parts.traceId
    this.hops = parts.hops
    Object.defineProperty(this, BRAND, { value: true })
    // A provider that fails with this error names these calls in its reply.
    Object.defineProperty(this, HOPS, { value: [toHop(parts), ...parts.hops] })
  }

  /** Says whether `error` was made by any copy of servicex. */
  static is(error: unknown): error is ClientError {
    return typeof error === 'object' && error !== null && BRAND in error
  }
}

function toHop({ service, operation, code, durationMs, attempts }: ClientErrorParts): ProblemHop {
  return { service, operation, code, durationMs: Math.round(durationMs), attempts }
}

function toMessage(parts: ClientErrorParts): string {
  const { service, operation, code, hops, status, reason } = parts
  const chain = [{ service, operation }, ...hops].map((hop) => `${hop.service}.${hop.operation}`)
  const last = hops.at(-1)
  const facts = [
    status === undefined || last !== undefined ? undefined : `status ${status}`,
    reason === undefined || last !== undefined ? undefined : reason,
  ].filter((fact) => fact !== undefined)
  const told = facts.length === 0 ? '' : ` (${facts.join(', ')})`
  return `${chain.join(' ← ')}: ${last?.code ?? code}${told}${toEffort(last ?? parts)}`
}

function toEffort(spent: { readonly durationMs?: number; readonly attempts?: number }): string {
  if (spent.durationMs === undefined) return ''
  const attempts = spent.attempts ?? 1
  const counted = attempts === 1 ? '' : `, ${attempts} attempts`
  return ` after ${Math.round(spent.durationMs)} ms${counted}`
}
