import type { ServerResponse } from 'node:http'

/** Headers of every answer: nothing of it is kept, framed, sniffed, or seen by another site. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

/** What is answered. */
export interface Reply {
  readonly status: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** Answers a request; one that was left is not. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  if (response.headersSent || response.destroyed) return
  const { status, type, headers, body = '' } = reply
  response.writeHead(status, {
    ...HEADERS,
    ...(type === undefined ? {} : { 'content-type': type }),
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  response.end(body)
}

/** Begins an answer that does not end by itself. */
export function openStream(response: ServerResponse, type: string): void {
  response.writeHead(200, { ...HEADERS, 'content-type': type })
}

/** Gives an answer of JSON. */
export function toJsonReply(status: number, body: unknown): Reply {
  return { status, type: 'application/json', body: `${JSON.stringify(body)}\n` }
}

/** Gives an answer that says why there is none. */
export function toRefusalReply(status: number, reason: string): Reply {
  return { status, type: 'text/plain; charset=utf-8', body: `${reason}\n` }
}
