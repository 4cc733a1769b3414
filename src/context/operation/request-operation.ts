import type { IncomingMessage, ServerResponse } from 'node:http'
import { KNOWN_METHODS, OTHER_METHOD } from '../../convention/metric-names.ts'
import { PROPAGATED, PROPAGATION_LIMITS } from '../../convention/propagation.ts'
import { acceptBaggage } from '../propagation/baggage-header.ts'
import { CONTEXT_KEY } from '../scope.ts'
import type { RequestFacts } from '../facts.ts'
import { reportFailure } from './failure.ts'
import { newSpanId, newTraceId } from '../ids.ts'
import { InputOperation } from './input-operation.ts'
import { publishRequest } from '../held-requests.ts'
import { observer } from '../observer.ts'
import { SPAN_KIND, type TracePlace } from './operation.ts'
import { isPrintable, parseTraceParent } from '../propagation/trace-parent.ts'

/** nginx's status for a client that left before any status was sent. */
export const CLIENT_LEFT_STATUS = 499

/** How a dual-stack socket spells an IPv4 peer: before its address. */
const MAPPED_IPV4 = '::ffff:'

/** The least status that says the server failed, not the client. */
export const SERVER_ERROR_STATUS = 500

/** An inbound HTTP request, from its headers to the end of its reply. */
export class RequestOperation extends InputOperation implements RequestFacts {
  readonly method: string
  readonly path: string
  readonly query: string | undefined
  readonly scheme: 'http' | 'https'
  readonly host: string | undefined
  readonly clientAddress: string | undefined
  readonly userAgent: string | undefined
  readonly protocolVersion: string
  statusCode = 0
  aborted = false
  #route: string | undefined = undefined
  #operation: string | undefined = undefined
  #brokenOff = false
  #findRoute: (() => string | undefined) | undefined = undefined

  constructor(request: IncomingMessage) {
    const { headers } = request
    const place = toPlace(headers[PROPAGATED.traceparent], headers[PROPAGATED.tracestate])
    super(place, SPAN_KIND.server, '', {
      requestId: acceptRequestId(headers[PROPAGATED.requestId]) ?? place.traceId,
      baggage: acceptBaggage(headers[PROPAGATED.baggage]),
    })
    const url = request.url ?? ''
    const at = url.indexOf('?')
    this.method = toMethod(request.method)
    this.path = at === -1 ? url : url.slice(0, at)
    this.query = at === -1 ? undefined : url.slice(at + 1)
    this.scheme = 'encrypted' in request.socket ? 'https' : 'http'
    this.host = headers.host ?? (headers[':authority'] as string | undefined)
    this.clientAddress = toAddress(request.socket.remoteAddress)
    this.userAgent = headers['user-agent']
    this.protocolVersion = request.httpVersionMajor === 2 ? '2' : request.httpVersion
  }

  get failed(): boolean {
    return this.statusCode >= SERVER_ERROR_STATUS || this.#brokenOff
  }

  get route(): string | undefined {
    return this.#route ?? this.#findRoute?.()
  }

  /** Names the template that matched; a later call wins, as the innermost router knows best. */
  setRoute(route: string): void {
    if (!this.ended) this.#route = route
  }

  /** Names the operation of a contract that answers, `billing.getInvoice`: it is the span's name. */
  setOperation(operation: string): void {
    if (!this.ended) this.#operation = operation
  }

  /** Says where to look for the template as long as nobody has named it: some routers note it and tell nobody. */
  findRoute(find: () => string | undefined): void {
    if (!this.ended) this.#findRoute = find
  }

  /** Ends the record when the reply is closed, sent or not. */
  close(response: ServerResponse): void {
    if (this.ended) return
    // http2's response says it is finished when its stream is cancelled, and http1's that it is ended while bytes are left.
    const complete = response.writableEnded && response.writableFinished
    const error = complete ? undefined : errorOf(response)
    if (error !== undefined) return this.#breakOff(response, error)
    this.aborted = !complete
    this.#end(complete || response.headersSent ? response.statusCode : CLIENT_LEFT_STATUS)
  }

  /** The app destroyed its reply, as `pipeline` does when its source fails: that is no client who left. */
  #breakOff(response: ServerResponse, error: Error): void {
    this.fail(error)
    this.#brokenOff = true
    this.#end(response.headersSent ? response.statusCode : SERVER_ERROR_STATUS)
  }

  /** Ends the record of a request that nobody will answer any more. */
  cutShort(statusCode: number): void {
    if (!this.ended) this.#end(statusCode)
  }

  #end(statusCode: number): void {
    this.statusCode = statusCode
    const route = this.route
    this.#route = route
    this.#findRoute = undefined
    this.name = this.#operation ?? (route === undefined ? this.method : `${this.method} ${route}`)
    this.finish()
  }

  override contextValue(key: symbol): unknown {
    if (key !== CONTEXT_KEY.rpcMetadata) return super.contextValue(key)
    return new RouteMetadata(this)
  }

  protected override publish(): void {
    publishRequest(this)
    if (this.failure !== undefined && this.failed) reportFailure(this.failure, 'error', this)
  }
}

/** What the app destroyed a reply with. One that still waits for its turn (pipelining) is destroyed by Node, when the client leaves. */
function errorOf({ errored, socket }: ServerResponse): Error | undefined {
  return socket === null ? undefined : (errored ?? undefined)
}

/** What OpenTelemetry's framework instrumentations write a route to (`getRPCMetadata(context).route = …`). */
class RouteMetadata {
  readonly type = 'http'
  readonly span: RequestOperation

  constructor(span: RequestOperation) {
    this.span = span
  }

  get route(): string | undefined {
    return this.span.route
  }

  set route(route: string | undefined) {
    if (route !== undefined && route !== '') this.span.setRoute(route)
  }
}

function toPlace(traceparent: unknown, tracestate: unknown): TracePlace {
  const parent = parseTraceParent(traceparent, tracestate)
  const traceId = parent?.traceId ?? newTraceId()
  return {
    traceId,
    spanId: newSpanId(),
    parentSpanId: parent?.spanId,
    sampled: observer().sampler(traceId, parent?.sampled),
    traceState: parent?.traceState,
  }
}

function toAddress(peer: string | undefined): string | undefined {
  const isMapped = peer?.startsWith(MAPPED_IPV4) === true && peer.includes('.')
  return isMapped ? peer.slice(MAPPED_IPV4.length) : peer
}

function toMethod(method: string | undefined): string {
  return method !== undefined && KNOWN_METHODS.has(method) ? method : OTHER_METHOD
}

function acceptRequestId(header: unknown): string | undefined {
  if (
    typeof header !== 'string' ||
    header === '' ||
    header.length > PROPAGATION_LIMITS.requestIdChars
  )
    return undefined
  return isPrintable(header) ? header : undefined
}
