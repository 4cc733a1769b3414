import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { scrub } from '../convention/scrub.ts'
import { ServicexError } from '../convention/servicex-error.ts'
import { leaveUnobserved } from '../context/inbound-http.ts'
import { createHttpServer } from '../context/node-http.ts'
import { withoutRecording } from '../context/scope.ts'
import { type AdminSources, type Answer, answerAdmin } from './admin-routes.ts'

/** The admin port, open. */
export interface AdminServer {
  readonly server: Server
  /** Resolves with the port when it listens; rejects with SERVICEX_ADMIN_PORT_UNAVAILABLE. */
  readonly port: Promise<number>
}

const MAX_CONNECTIONS = 32
const MAX_HEADER_BYTES = 8192
/** How long a client may take to send its request, and to ask again on the same connection. */
const TIMEOUT_MS = 10_000

/**
 * Opens health, readiness, metrics and info on their own port, which no Service or Ingress leads to.
 *
 * It is hostile ground all the same: known paths only, compared as they came; bounded connections,
 * headers and times; whatever else arrives gets 4xx or a closed connection and changes nothing. It
 * answers while the app's port drains, and does not keep the process alive.
 */
export function openAdminServer(port: number, sources: AdminSources): AdminServer {
  const server = createHttpServer(
    {
      headersTimeout: TIMEOUT_MS,
      requestTimeout: TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_MS / 10,
      keepAliveTimeout: TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (request, response) => void respond(request, response, sources),
  )
  leaveUnobserved(server)
  server.maxConnections = MAX_CONNECTIONS
  server.on('clientError', refuse)
  server.on('connect', (_request, socket: Duplex) => refuse({ code: 'CONNECT' }, socket))
  server.on('upgrade', (_request, socket: Duplex) => refuse({ code: 'UPGRADE' }, socket))
  server.unref()
  return { server, port: listen(server, port) }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(unavailable(port, error)))
    server.listen(port, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function unavailable(port: number, error: NodeJS.ErrnoException): ServicexError {
  return new ServicexError('SERVICEX_ADMIN_PORT_UNAVAILABLE', {
    summary: `the admin port ${port} cannot be opened: ${error.code ?? error.message}`,
    fix: 'free the port, or set ADMIN_PORT to another one (0 picks a free one)',
    cause: error,
  })
}

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** What could not be read as a request gets a status, where the connection still takes one. */
function refuse(error: { readonly code?: string | undefined }, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  socket.end(
    `HTTP/1.1 ${REFUSALS[error.code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  )
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  sources: AdminSources,
): Promise<void> {
  let answer: Answer
  try {
    answer = await withoutRecording(() => answerAdmin(request, sources))
  } catch (error) {
    answer = {
      status: 500,
      body: `${scrub(error instanceof Error ? error.message : String(error))}\n`,
    }
  }
  const body = Buffer.from(answer.body)
  response.writeHead(answer.status, {
    'content-type': answer.type ?? 'text/plain; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...answer.headers,
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}
