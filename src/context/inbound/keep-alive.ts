import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Http1Response } from './node-http.ts'

const LATEST = Symbol.for('servicex.latestReply')

/** A connection, with the reply to the latest request that came over it. */
interface Connection extends Socket {
  [LATEST]?: ServerResponse | undefined
}

/** Notes the reply to the latest request of a connection, until it is closed. */
export function noteReply(request: IncomingMessage, reply: ServerResponse): void {
  ;(request.socket as Connection)[LATEST] = reply
}

/**
 * Lets go of a reply that is closed. A connection that kept it until its next request would carry the request
 * and its headers through the garbage collector's young generation: with fifty connections that
 * was two thirds of what survived there.
 */
export function forgetReply(reply: ServerResponse): void {
  const { socket } = reply.req as { readonly socket?: Connection }
  if (socket?.[LATEST] === reply) socket[LATEST] = undefined
}

type WriteHead = (this: ServerResponse, ...args: unknown[]) => ServerResponse

/**
 * Has every reply whose headers are not out yet say `Connection: close`: a client that keeps its
 * connection to a server that stops would have its next request refused. Only the latest of
 * pipelined replies closes: those behind it would be lost. http2 has no such header; its sessions
 * are told to go away as its server closes. Gives what undoes it.
 */
export function refuseKeepAlive(): () => void {
  const { prototype } = Http1Response
  const original = prototype.writeHead as WriteHead
  const closing: WriteHead = function (...args) {
    const latest = (this.req.socket as Connection)[LATEST]
    if (latest !== undefined && latest !== this) return original.apply(this, args)
    this.shouldKeepAlive = false
    return original.apply(this, withoutKeepAlive(this, args))
  }
  prototype.writeHead = closing as typeof prototype.writeHead
  return () => {
    if (prototype.writeHead === closing)
      prototype.writeHead = original as typeof prototype.writeHead
  }
}

const KEEP_ALIVE = /keep-alive/i

/** An app that says `Connection: keep-alive` itself, as examples of event streams do, would keep its client here. */
function withoutKeepAlive(reply: ServerResponse, args: unknown[]): unknown[] {
  if (reply.headersSent) return args
  if (KEEP_ALIVE.test(String(reply.getHeader('connection')))) reply.removeHeader('connection')
  const headers = args.at(-1)
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return args
  const kept = Object.entries(headers).filter(
    ([name, value]) => name.toLowerCase() !== 'connection' || !KEEP_ALIVE.test(String(value)),
  )
  return [...args.slice(0, -1), Object.fromEntries(kept)]
}
