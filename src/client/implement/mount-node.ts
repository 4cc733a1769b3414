import type { IncomingMessage, ServerResponse } from 'node:http'
import { fromNode } from './from-node.ts'
import type { ServedContract } from './served-contract.ts'
import { writeReply } from './write-reply.ts'

/** A listener of `request` events of node:http, https, and http2 by its compatibility API. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void

/** Serves a contract as the listener of a server. */
export function mountNode(core: ServedContract): NodeHandler {
  return (message, response) => {
    const reply = core.find(fromNode(message, response, message)) ?? core.refusePath()
    void writeReply(response, reply)
  }
}
