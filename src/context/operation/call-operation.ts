import type { CallFacts, CallUrl } from '../facts.ts'
import { publish } from '../observer.ts'
import { ClientOperation } from './client-operation.ts'
import { Operation, SPAN_KIND, STATUS_ERROR } from './operation.ts'
import type { Scope } from '../scope.ts'
import { toChildPlace } from './place.ts'

/** An outgoing HTTP call, from its request to the end of its reply. */
export class CallOperation extends Operation implements CallFacts {
  readonly method: string
  readonly url: CallUrl
  statusCode: number | undefined = undefined
  protocolVersion: string | undefined = undefined

  constructor(method: string, url: CallUrl, parent: Scope | undefined) {
    super(toChildPlace(parent), SPAN_KIND.client, method, parent)
    this.method = method
    this.url = url
    const client = parent?.span
    if (client instanceof ClientOperation) this.#countAttempt(client)
  }

  /** Source: OpenTelemetry semantic conventions, http.request.resend_count: absent for the first. */
  #countAttempt(client: ClientOperation): void {
    if (client.attempts > 1) this.setAttribute('http.request.resend_count', client.attempts - 1)
  }

  /** Notes the reply's status; a refused call is an error of the caller's. */
  reply(statusCode: number): void {
    this.statusCode = statusCode
    if (statusCode >= 400) this.setStatus({ code: STATUS_ERROR })
  }

  protected override publish(): void {
    publish('onCall', this)
  }
}
