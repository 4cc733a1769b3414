import type { IncomingMessage, ServerResponse } from 'node:http'
import { fromNode } from './from-node.ts'
import type { IncomingRequest } from './incoming-request.ts'
import type { ServedContract } from './served-contract.ts'
import { writeReply } from './write-reply.ts'

/** Middleware of Express and Connect. */
export type ExpressHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/** Serves a contract as middleware, below whatever path it is used; other paths go on. */
export function mountExpress(core: ServedContract): ExpressHandler {
  return (message, response, next) => {
    const reply = core.find(toRequest(message, response))
    if (reply === undefined) next()
    else void writeReply(response, reply)
  }
}

/** A body parser that stands before has read the bytes. */
function toRequest(message: IncomingMessage, response: ServerResponse): IncomingRequest {
  const { body: parsedBody } = message as { readonly body?: unknown }
  return { ...fromNode(message, response, message), parsedBody }
}
