import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Replies that are under way. */
const replies = new Set<ServerResponse>()
/** Of each connection, the reply that will close it, and what it would have done. */
const closing = new WeakMap<
  Socket,
  { readonly reply: ServerResponse; readonly keepAlive: boolean }
>()
let refusing = false

/** Notes that a reply is under way. */
export function noteReply(reply: ServerResponse): void {
  replies.add(reply)
  if (refusing) closeAfter(reply)
}

/** Notes that a reply has ended. */
export function forgetReply(reply: ServerResponse): void {
  replies.delete(reply)
}

/**
 * Has every reply from now on say `Connection: close`, those under way included: a client that keeps
 * its connection to a server that stops would have its next request refused.
 */
export function refuseKeepAlive(): void {
  refusing = true
  for (const reply of replies) closeAfter(reply)
}

/**
 * Only the last of pipelined replies may close: those behind it would be lost. http2 has no such
 * header; its sessions are told to go away as its server closes.
 */
function closeAfter(reply: ServerResponse): void {
  if (reply.req.httpVersionMajor !== 1 || reply.headersSent) return
  const { socket } = reply.req
  const earlier = closing.get(socket)
  if (earlier !== undefined && !earlier.reply.headersSent)
    earlier.reply.shouldKeepAlive = earlier.keepAlive
  closing.set(socket, { reply, keepAlive: reply.shouldKeepAlive })
  reply.shouldKeepAlive = false
}
