import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
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
    body: toChunks(message),
    left: leftSignal(message, response),
    source,
  }
}

/** Gives the bytes of a stream. Who stops reading does not destroy it: that would break the connection before the reply. */
export function toChunks(stream: Readable): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => stream.iterator({ destroyOnReturn: false }) }
}

/** Gives a signal that aborts when a caller leaves before its reply is complete. */
function leftSignal(message: IncomingMessage, response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  // An http2 stream that its client resets without an error is closed only when it is written to the end.
  message.once('aborted', () => controller.abort())
  response.once('close', () => {
    // http2's response says that it is finished when its stream is cancelled.
    if (!response.writableEnded || !response.writableFinished) controller.abort()
  })
  return controller.signal
}
