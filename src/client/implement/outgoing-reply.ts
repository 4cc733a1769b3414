import { discard } from './guarded-stream.ts'

/** A reply in the shape that every mount can send. */
export interface OutgoingReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Whole, or as it comes; a stream is read to its end or told to return. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array> | undefined
}

/** Says whether the body of a reply comes piece by piece. */
export function isStreamed(body: OutgoingReply['body']): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && !(body instanceof Uint8Array)
}

const JSON_TYPE = 'application/json'

/** Gives a reply of JSON text. */
export function toJsonReply(
  status: number,
  text: string,
  contentType: string = JSON_TYPE,
): OutgoingReply {
  return {
    status,
    headers: { 'content-type': contentType, 'content-length': String(Buffer.byteLength(text)) },
    body: text,
  }
}

/** Gives a reply without a body. */
export function toEmptyReply(
  status: number,
  headers: OutgoingReply['headers'] = {},
): OutgoingReply {
  // Source: RFC 9110 §8.6: none for 204, whose reply ends with its head anyway.
  const length = status === 204 ? {} : { 'content-length': '0' }
  return { status, headers: { ...headers, ...length }, body: undefined }
}

/** Gives the reply to HEAD: the same head, and no body, which is told that nobody reads it. */
export function toHeadReply(reply: OutgoingReply): OutgoingReply {
  if (isStreamed(reply.body)) discard(reply.body)
  return { ...reply, body: undefined }
}
