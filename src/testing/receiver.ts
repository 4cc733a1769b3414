import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import {
  FAULT_REPLIES,
  isAccepting,
  sendReply,
  type AnswerReply,
  type FaultName,
  type Reply,
} from './fault.ts'
import { openInbox, type Inbox, type WaitFor } from './inbox.ts'

/** One request as it came over the wire. */
export interface ReceivedRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The body, decompressed. */
  readonly body: Uint8Array
  /** Bytes of the body on the wire, before decompression. */
  readonly wireBytes: number
}

/** What every fake backend takes. */
export interface ReceiverOptions {
  /** Answers the requests it wants to answer; `undefined` leaves one to the receiver. */
  readonly respond?: (request: ReceivedRequest) => Reply | undefined
  /** The fault to begin with, as by `setFault`. */
  readonly fault?: FaultName
}

/** What every fake backend gives. */
export interface Receiver {
  /** Every request so far, accepted or not, except those that never reached the port. */
  readonly requests: readonly ReceivedRequest[]
  readonly waitForRequest: WaitFor<ReceivedRequest>
  /**
   * Makes every request from now on fail in this way; `undefined` ends the fault. `refused` closes
   * the port and the open connections, and the end of it listens on the same port again.
   */
  readonly setFault: (fault: FaultName | undefined) => Promise<void>
  /** Ends every connection, hanging ones too, and rejects every wait. */
  readonly close: () => Promise<void>
}

/** What a backend makes of a request it understands: its answer, and what it keeps of it. */
export interface Understood {
  readonly reply: AnswerReply
  readonly deliver?: () => void
}

/** The part of a receiver that the backend builds on. */
export interface OpenReceiver extends Receiver {
  readonly origin: string
  readonly clearRequests: () => void
}

const MAX_BODY_BYTES = 64 * 2 ** 20
const DECODERS: Readonly<Record<string, (bytes: Buffer) => Promise<Uint8Array>>> = {
  identity: async (bytes) => bytes,
  gzip: (bytes) =>
    promisify<Buffer, object, Buffer>(gunzip)(bytes, { maxOutputLength: MAX_BODY_BYTES }),
  deflate: (bytes) =>
    promisify<Buffer, object, Buffer>(inflate)(bytes, { maxOutputLength: MAX_BODY_BYTES }),
}

/**
 * Listens on an ephemeral port of 127.0.0.1 and lets `understand` answer.
 *
 * What `understand` delivers is kept only when the reply, scripted or not, accepts it. A request
 * it cannot read (it throws) is answered 400 with the reason.
 */
export async function openReceiver(
  understand: (request: ReceivedRequest) => Understood,
  options: ReceiverOptions = {},
): Promise<OpenReceiver> {
  const inbox: Inbox<ReceivedRequest> = openInbox({
    noun: 'requests',
    describe: (request) => `${request.method} ${request.path} (${request.wireBytes} bytes)`,
  })
  let fault: FaultName | undefined
  const server = createServer((request, response) => void receive(request, response))
  await listen(server, 0)
  const { port } = server.address() as AddressInfo

  async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const read = await readRequest(incoming).catch(() => undefined)
    if (read === undefined) return void response.destroy()
    if ('kind' in read) return sendReply(response, read)
    inbox.add([read])
    sendReply(response, answer(read))
  }

  function answer(request: ReceivedRequest): Reply {
    const scripted = toFaultReply(fault) ?? options.respond?.(request)
    const understood = tryUnderstand(understand, request)
    const reply = scripted ?? understood.reply
    if (isAccepting(reply)) understood.deliver?.()
    return reply
  }

  async function setFault(next: FaultName | undefined): Promise<void> {
    fault = next
    if (next === 'refused') return stop(server)
    if (!server.listening) await listen(server, port)
  }

  if (options.fault !== undefined) await setFault(options.fault)
  return {
    origin: `http://127.0.0.1:${port}`,
    requests: inbox.items,
    waitForRequest: inbox.waitFor,
    clearRequests: inbox.clear,
    setFault,
    close: async () => {
      await stop(server)
      inbox.close()
    },
  }
}

function toFaultReply(fault: FaultName | undefined): Reply | undefined {
  return fault === undefined || fault === 'refused' ? undefined : FAULT_REPLIES[fault]
}

function tryUnderstand(
  understand: (request: ReceivedRequest) => Understood,
  request: ReceivedRequest,
): Understood {
  try {
    return understand(request)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return {
      reply: {
        kind: 'answer',
        status: 400,
        headers: { 'content-type': 'text/plain' },
        body: reason,
      },
    }
  }
}

/** Resolves with the request, or with the reply to a body that cannot be read. Rejects when the client left. */
async function readRequest(incoming: IncomingMessage): Promise<ReceivedRequest | AnswerReply> {
  const chunks: Buffer[] = []
  let wireBytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    wireBytes += chunk.byteLength
    if (wireBytes > MAX_BODY_BYTES) return { kind: 'answer', status: 413 }
    chunks.push(chunk)
  }
  const decode = DECODERS[incoming.headers['content-encoding'] ?? 'identity']
  if (decode === undefined) return { kind: 'answer', status: 415 }
  const body = await decode(Buffer.concat(chunks)).catch(() => undefined)
  if (body === undefined)
    return { kind: 'answer', status: 400, body: 'the body is not what content-encoding says' }
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    body,
    wireBytes,
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
