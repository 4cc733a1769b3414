import type { ClientFacts } from '../facts.ts'
import { publish } from '../observer.ts'
import type { Scope } from '../scope.ts'
import { Operation, SPAN_KIND, STATUS_ERROR } from './operation.ts'
import { toChildPlace } from './place.ts'

/** The outcome of a call that gave what was asked for. */
const OK_OUTCOME = 'ok'

/** A call of another service's operation, from its first attempt to its result; each attempt is a call of HTTP below it. */
export class ClientOperation extends Operation implements ClientFacts {
  readonly target: string
  readonly operation: string
  outcome: string = OK_OUTCOME
  statusCode: number | undefined = undefined
  attempts = 0

  constructor(target: string, operation: string, parent: Scope | undefined) {
    super(toChildPlace(parent), SPAN_KIND.client, `${target}.${operation}`, parent)
    this.target = target
    this.operation = operation
  }

  /** Notes an error that the contract declares: it is an answer, and no failure of the call. */
  decline(code: string): void {
    this.outcome = code
  }

  /** Notes that the call gave nothing it was made for. */
  break(code: string, error: unknown): void {
    this.outcome = code
    this.setStatus({ code: STATUS_ERROR })
    this.fail(error)
  }

  protected override publish(): void {
    publish('onClient', this)
  }
}
