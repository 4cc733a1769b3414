import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { discard } from './guarded-stream.ts'
import { isStreamed, type OutgoingReply } from './outgoing-reply.ts'

/** Sends a reply as Node's response. Resolves when it is on its way or the reader has gone; never rejects. */
export async function writeReply(
  response: ServerResponse,
  given: OutgoingReply | Promise<OutgoingReply>,
): Promise<void> {
  const { status, headers, body } = await given
  if (response.headersSent || response.destroyed) {
    if (isStreamed(body)) discard(body)
    return
  }
  response.statusCode = status
  for (const name in headers) setHeader(response, name, headers[name] ?? '')
  if (!isStreamed(body)) return void response.end(body)
  // A stream that fails cuts its reply off, and the record of the request says so; there is no other answer left.
  await pipeline(Readable.from(body, { objectMode: false }), response).catch(() => undefined)
}

/** HTTP/2 has no connection of its own to close. */
function setHeader(response: ServerResponse, name: string, value: string): void {
  if (name === 'connection' && response.req.httpVersionMajor === 2) return
  response.setHeader(name, value)
}
