import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { scrub } from '../convention/scrub.ts'
import { ServicexError } from '../convention/servicex-error.ts'
import { leaveUnobserved } from '../context/inbound/inbound-http.ts'
import { createHttpServer } from '../context/inbound/node-http.ts'
import { withoutRecording } from '../context/scope.ts'
import { type AdminSources, type Answer, answerAdmin } from './admin-routes.ts'

/** The admin port, open. */
export interface AdminServer {
  readonly server: Server
  /** Resolves with the port when it listens; rejects with SERVICEX_ADMIN_PORT_UNAVAILABLE. */
  readonly port: Promise<number>
}

/** What bounds a client of the admin port. */
export interface AdminLimits {
  readonly connections: number
  readonly headerBytes: number
  /** How long a client may take to send its request, and to ask again on the same connection. */
  readonly timeoutMs: number
}

const LIMITS: AdminLimits = { connections: 32, headerBytes: 8192, timeoutMs: 10_000 }

/**
 * Opens health, readiness, metrics and info on their own port, which no Service or Ingress leads to.
 *
 * It is hostile ground all the same: known paths only, compared as they came; bounded connections,
 * headers and times; whatever else arrives gets 4xx or a closed connection and changes nothing. It
 * answers while the app's port drains, and does not keep the process alive.
 */
export function openAdminServer(
  port: number,
  sources: AdminSources,
  limits: AdminLimits = LIMITS,
): AdminServer {
  const { connections, headerBytes, timeoutMs } = limits
  const server = createHttpServer(
    {
      headersTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      connectionsCheckingInterval: timeoutMs / 10,
      keepAliveTimeout: timeoutMs,
      maxHeaderSize: headerBytes,
    },
    (request, response) => void respond(request, response, sources),
  )
  leaveUnobserved(server)
  boundConnections(server, connections)
  server.on('clientError', refuse)
  server.on('connect', (_request, socket: Duplex) => refuse({ code: 'CONNECT' }, socket))
  server.unref()
  return { server, port: listen(server, port) }
}

/** Makes room for the newest connection: `maxConnections` would refuse it, and it may be a probe's. */
function boundConnections(server: Server, max: number): void {
  const open = new Set<Socket>()
  server.on('connection', (socket) => {
    for (const oldest of open) {
      if (open.size < max) break
      open.delete(oldest)
      oldest.destroy()
    }
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
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
  // Nobody else listens to the errors of a connection that was handed over.
  socket.on('error', () => socket.destroy())
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const status = REFUSALS[error.code ?? ''] ?? '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
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
