import type { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Server } from 'node:net'
import type { Duplex } from 'node:stream'
import { noteThrown } from '../operation/failure.ts'
import { forgetReply, noteReply } from './keep-alive.ts'
import { Http1Request, Http1Response } from './node-http.ts'
import { observer } from '../observer.ts'
import { RequestOperation } from '../operation/request-operation.ts'
import { storage } from '../scope.ts'
import { UNRECORDED_PATHS } from '../../convention/ports.ts'

const OPERATION = Symbol.for('servicex.operation')
const REPLY = Symbol.for('servicex.reply')
const UNOBSERVED = Symbol.for('servicex.unobserved')

/** A request or its response, carrying the record of the request. */
interface Recorded {
  [OPERATION]?: RequestOperation
  /** Only on a request. */
  [REPLY]?: ServerResponse
}

type Emit = (this: unknown, event: string | symbol, ...args: unknown[]) => boolean

/** What is told of the servers of the process. */
export interface ServerListener {
  /** A server begins to listen. */
  onServer(server: Server): void
  /** A server hands a connection over to another protocol. */
  onUpgrade(server: Server, request: IncomingMessage, socket: Duplex): void
}

/** Gives the record of a request, as the frameworks' channels name it. */
export function operationOf(request: unknown): RequestOperation | undefined {
  return (request as Recorded | undefined)?.[OPERATION]
}

/** Leaves the requests of a server unrecorded: the admin port is not the app's. */
export function leaveUnobserved(server: Server): void {
  ;(server as { [UNOBSERVED]?: true })[UNOBSERVED] = true
}

/**
 * Observes every inbound request of the process: http, https and http2's compatibility API, whatever
 * the framework and the import order, because all their servers emit through `net.Server`.
 *
 * `emit` is patched, not a channel used, because only a call can be run within a scope: a scope
 * entered by `enterWith` is never left and keeps whole requests alive (dd-trace-js #9227).
 * Gives what undoes it.
 */
export function observeInboundHttp(listener: ServerListener): () => void {
  const serverEmit = Server.prototype.emit as Emit
  const emit: Emit = function (this: unknown, event, ...args) {
    if (!isUnobserved(this)) {
      if (isRequestEvent(event)) return emitRequest(serverEmit, this as Server, event, args)
      if (event === 'listening') listener.onServer(this as Server)
      if (event === 'upgrade')
        listener.onUpgrade(this as Server, ...(args as [IncomingMessage, Duplex]))
    }
    return serverEmit.call(this, event, ...args)
  }
  Server.prototype.emit = emit
  const restores = [Http1Request.prototype, Http1Response.prototype].map((prototype) =>
    scopeEvents(prototype),
  )
  return () => {
    if (Server.prototype.emit === emit) Server.prototype.emit = serverEmit
    for (const restore of restores) restore()
  }
}

function isUnobserved(server: unknown): boolean {
  return (server as { [UNOBSERVED]?: true })[UNOBSERVED] === true
}

function isRequestEvent(event: string | symbol): boolean {
  return event === 'request' || event === 'checkContinue' || event === 'checkExpectation'
}

function emitRequest(
  serverEmit: Emit,
  server: Server,
  event: string | symbol,
  args: unknown[],
): boolean {
  const [request, response] = args as [IncomingMessage, ServerResponse]
  const operation = beginRequest(request, response)
  if (operation === undefined) return serverEmit.call(server, event, request, response)
  try {
    return storage.run(operation, emitAs, serverEmit, server, event, request, response)
  } catch (error) {
    noteThrown(error, operation)
    throw error
  }
}

/** Calls an `emit` with its emitter; a function of its own so that running it in a scope allocates nothing. */
function emitAs(emit: Emit, emitter: unknown, event: string | symbol, ...args: unknown[]): boolean {
  return emit.call(emitter, event, ...args)
}

/** Opens the record; `undefined` for probes, for a request that has one already, and when that fails. */
function beginRequest(
  request: IncomingMessage & Recorded,
  response: ServerResponse & Recorded,
): RequestOperation | undefined {
  if (request[OPERATION] !== undefined || isUnrecorded(request.url)) return undefined
  try {
    const operation = new RequestOperation(request)
    request[OPERATION] = operation
    response[OPERATION] = operation
    request[REPLY] = response
    noteReply(request, response)
    if (request.emit !== Http1Request.prototype.emit) scopeOtherClass(request)
    if (response.emit !== Http1Response.prototype.emit) scopeOtherClass(response)
    return operation
  } catch (error) {
    observer().onBrokenSink(error)
    return undefined
  }
}

function endRecord(emitter: ServerResponse & Recorded): void {
  try {
    if (isReply(emitter)) {
      emitter[OPERATION]?.close(emitter)
      forgetReply(emitter)
    }
    endWaiting(emitter)
  } catch (error) {
    observer().onBrokenSink(error)
  }
}

function isReply({ writableEnded }: Partial<ServerResponse>): boolean {
  return writableEnded !== undefined
}

/** Before Node 24, a reply that waited for its turn (pipelining) is not told that its connection closed; its request is. */
function endWaiting({ [OPERATION]: operation, [REPLY]: reply }: Recorded): void {
  if (reply?.socket === null && reply.req.socket.destroyed) operation?.close(reply)
}

function isUnrecorded(url: string | undefined): boolean {
  return url !== undefined && UNRECORDED_PATHS.includes(url)
}

/** http2's request and response are other classes than http1's, and apps may bring their own. */
function scopeOtherClass(emitter: object & { emit?: unknown }): void {
  if (!SCOPED.has(emitter.emit as Emit))
    scopeEvents(Object.getPrototypeOf(emitter) as { emit: Emit })
}

const SCOPED = new WeakSet<Emit>()

/**
 * Makes listeners of a request and of its response run in the request's scope: the parts of a body
 * arrive from the connection, in the connection's context. The response's `close`, which also comes
 * when the client leaves, ends the record after the app's own listeners have run.
 */
function scopeEvents(prototype: { emit: Emit }): () => void {
  const original = prototype.emit
  const own = Object.hasOwn(prototype, 'emit')
  const scoped: Emit = function (this: unknown, event, ...args) {
    const operation = (this as Recorded)[OPERATION]
    if (operation === undefined) return original.call(this, event, ...args)
    const isOutside = hasListener(this as EventEmitter, event) && storage.getStore() !== operation
    const handled = isOutside
      ? storage.run(operation, emitAs, original, this, event, ...args)
      : original.call(this, event, ...args)
    if (event === 'close') endRecord(this as ServerResponse & Recorded)
    return handled
  }
  SCOPED.add(scoped)
  prototype.emit = scoped
  return () => {
    if (prototype.emit !== scoped) return
    if (own) prototype.emit = original
    else Reflect.deleteProperty(prototype, 'emit')
  }
}

/** Most events of a request have no listener of the app's: entering its scope for them would be the dearest part of the hook. */
function hasListener(emitter: EventEmitter, event: string | symbol): boolean {
  const count = emitter.listenerCount(event)
  return count > 1 || (count === 1 && !(event === 'end' && isNodesOwn(emitter.rawListeners('end'))))
}

/** A request whose body nobody reads has a listener of Node's at its end, which takes the request off its parser. */
function isNodesOwn([listener]: readonly { readonly name?: string }[]): boolean {
  return listener?.name === 'clearIncoming'
}
