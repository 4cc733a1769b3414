import type { IncomingMessage, ServerResponse } from 'node:http'
import type { IncomingRequest } from './incoming-request.ts'

/** Takes a request of Node's; `source` is what its handler sees of it. */
export function fromNode(
  message: IncomingMessage,
  response: ServerResponse,
  source: unknown,
): IncomingRequest {
  return {
    method: message.method ?? 'GET',
    url: message.url ?? '/',
    headers: message.headers,
    body: message,
    left: leftSignal(response),
    source,
  }
}

/** Gives a signal that aborts when a reply is closed before it is complete. */
function leftSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => {
    // http2's response says that it is finished when its stream is cancelled.
    if (!response.writableEnded || !response.writableFinished) controller.abort()
  })
  return controller.signal
}
