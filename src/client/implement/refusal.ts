import type { Problem, ProblemIssue } from '../../convention/problem.ts'
import { PROTOCOL_CODES, type ProtocolCode } from '../../convention/problem.ts'

/** A request that is answered with a problem; thrown where that is found, and answered in one place. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly code: string
  readonly facts: RefusalFacts

  constructor(code: ProtocolCode, facts: RefusalFacts = {}) {
    super(facts.detail ?? code, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = code
    this.status = PROTOCOL_CODES[code]
    this.facts = facts
  }
}

/** What a problem says beside its code. */
export interface RefusalFacts {
  readonly detail?: string
  readonly issues?: readonly ProblemIssue[]
  readonly hops?: Problem['hops']
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** An error that the contract declares, as `fail()` throws it. */
export class DeclaredError extends Error {
  override readonly name = 'DeclaredError'
  /** `billing.getInvoice`. */
  readonly operation: string
  readonly code: string
  readonly data: unknown

  constructor(operation: string, code: string, data: unknown) {
    super(`${operation} failed with ${code}`)
    this.operation = operation
    this.code = code
    this.data = data
  }
}
