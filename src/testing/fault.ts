import type { ServerResponse } from 'node:http'

/** How a receiver answers one request: one plain answer, or one way of misbehaving. */
export type Reply =
  | AnswerReply
  /** Reads the request and never answers; the socket stays open. */
  | { readonly kind: 'hang' }
  /** Breaks the connection (TCP RST): before any byte, or after `afterBytes` bytes of the body. */
  | { readonly kind: 'reset'; readonly afterBytes?: number }
  /** Announces the whole body, sends `afterBytes` bytes of it and ends the connection in order. */
  | (Body & { readonly kind: 'cut'; readonly afterBytes: number })
  /** Sends the body one byte per `intervalMs`; without a body it never ends. */
  | (Partial<Body> & { readonly kind: 'drip'; readonly intervalMs: number })
  /** Sends `bodyBytes` bytes as fast as the client takes them. */
  | { readonly kind: 'flood'; readonly bodyBytes: number; readonly status?: number }

/** A complete answer, sent at once or after `delayMs`. */
export interface AnswerReply {
  readonly kind: 'answer'
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly delayMs?: number
}

interface Body {
  readonly body: string | Uint8Array
  readonly status?: number
}

/** The ways a telemetry backend fails in production. `refused` is a closed port, the rest are replies. */
export type FaultName = 'refused' | ReplyFaultName

/** The faults of one request, as opposed to a closed port. */
export type ReplyFaultName = 'hang' | '400' | '429' | '500' | '503' | 'reset' | 'drip' | 'huge'

/** What each fault answers. `429` asks for 60 s of silence; `huge` is 4 GiB, made as it is sent. */
export const FAULT_REPLIES: Readonly<Record<ReplyFaultName, Reply>> = {
  hang: { kind: 'hang' },
  '400': { kind: 'answer', status: 400, body: 'bad request' },
  '429': { kind: 'answer', status: 429, headers: { 'retry-after': '60' }, body: 'slow down' },
  '500': { kind: 'answer', status: 500, body: 'internal error' },
  '503': { kind: 'answer', status: 503, body: 'unavailable' },
  reset: { kind: 'reset', afterBytes: 512 },
  drip: { kind: 'drip', intervalMs: 50 },
  huge: { kind: 'flood', bodyBytes: 4 * 2 ** 30 },
}

/** True when the sender may take its data as delivered: it is told 2xx, in full. */
export function isAccepting(reply: Reply): boolean {
  const isWhole = reply.kind === 'answer' || (reply.kind === 'drip' && reply.body !== undefined)
  if (!isWhole) return false
  const { status = 200 } = reply
  return status >= 200 && status < 300
}

/** Sends `reply`. A client that has gone away is not an error. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  response.on('error', () => response.destroy())
  switch (reply.kind) {
    case 'answer':
      return sendAnswer(response, reply)
    case 'hang':
      return
    case 'reset':
      return sendReset(response, reply.afterBytes)
    case 'cut':
      return sendPart(response, toBytes(reply.body), reply.afterBytes, reply.status, () =>
        response.socket?.end(),
      )
    case 'drip':
      return sendDrip(response, reply)
    case 'flood':
      return sendFlood(response, reply.bodyBytes, reply.status)
  }
}

function sendAnswer(response: ServerResponse, reply: AnswerReply): void {
  const { status, headers = {}, body = '', delayMs = 0 } = reply
  const send = (): void => {
    response.writeHead(status, { ...headers, 'content-length': String(toBytes(body).byteLength) })
    response.end(body)
  }
  if (delayMs === 0) return send()
  const timer = setTimeout(send, delayMs)
  response.once('close', () => clearTimeout(timer))
}

function sendReset(response: ServerResponse, afterBytes: number | undefined): void {
  const reset = (): void => void response.socket?.resetAndDestroy()
  if (afterBytes === undefined) return reset()
  // The client's system drops what it has not read yet when a reset arrives: it gets a moment to read.
  const resetSoon = (): void => void setTimeout(reset, READ_MOMENT_MS)
  sendPart(response, Buffer.alloc(2 * afterBytes + 1, 'x'), afterBytes, 200, resetSoon)
}

const READ_MOMENT_MS = 20

function sendPart(
  response: ServerResponse,
  body: Uint8Array,
  afterBytes: number,
  status: number | undefined,
  then: () => void,
): void {
  response.writeHead(status ?? 200, { 'content-length': String(body.byteLength) })
  response.flushHeaders()
  response.write(body.subarray(0, afterBytes), then)
}

function sendDrip(
  response: ServerResponse,
  reply: {
    readonly body?: string | Uint8Array
    readonly status?: number
    readonly intervalMs: number
  },
): void {
  const body = reply.body === undefined ? undefined : toBytes(reply.body)
  let sentBytes = 0
  response.writeHead(reply.status ?? 200)
  response.flushHeaders()
  const timer = setInterval(() => {
    if (body !== undefined && sentBytes >= body.byteLength) return void response.end()
    response.write(body === undefined ? ' ' : body.subarray(sentBytes, sentBytes + 1))
    sentBytes += 1
  }, reply.intervalMs)
  response.once('close', () => clearInterval(timer))
}

const FLOOD_CHUNK = Buffer.alloc(64 * 1024, ' ')

function sendFlood(response: ServerResponse, bodyBytes: number, status = 200): void {
  let leftBytes = bodyBytes
  response.writeHead(status, { 'content-length': String(bodyBytes) })
  const pour = (): void => {
    while (leftBytes > 0 && !response.destroyed) {
      const chunk = FLOOD_CHUNK.subarray(0, Math.min(leftBytes, FLOOD_CHUNK.byteLength))
      leftBytes -= chunk.byteLength
      if (!response.write(chunk)) return void response.once('drain', pour)
    }
    response.end()
  }
  pour()
}

function toBytes(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body
}
