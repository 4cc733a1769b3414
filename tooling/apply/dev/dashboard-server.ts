/**
 * The server of the local dashboard: it takes telemetry, answers the API and serves the page, on
 * loopback alone. Nothing that is sent to it ends it. `docs/dev.md` says who may ask what.
 */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { toRefusal, toTarget } from '../../plan/dev/guard.ts'
import { toIntake } from '../../plan/dev/ingest.ts'
import { makeToken, toAccess } from './access.ts'
import type { DashboardContext, DashboardOptions, ServerLimits } from './dashboard-context.ts'
import { openEventStreams } from './event-stream.ts'
import { takeDelivery } from './intake.ts'
import { readPage } from './page.ts'
import { sendReply, toRefusalReply } from './reply.ts'
import { answerViewer } from './viewer.ts'

/** An open dashboard; whoever opened it closes it. */
export interface Dashboard {
  /** Where telemetry is sent to: `http://127.0.0.1:4318`. */
  readonly origin: string
  readonly token: string
  /** What a person opens. */
  readonly url: string
  readonly close: () => Promise<void>
}

const LIMITS: ServerLimits = { connections: 256, headMs: 10_000, requestMs: 30_000, checkMs: 1_000 }
const KEEP_ALIVE_MS = 10_000
/** Why a request was no request: by Node's code, the status line. */
const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
}

/** Opens a dashboard on 127.0.0.1. */
export async function openDashboard(options: DashboardOptions): Promise<Dashboard> {
  const page = await readPage()
  const streams = openEventStreams(options.store)
  const portOf = (): number => (server.address() as AddressInfo | null)?.port ?? 0
  const access = toAccess(options.token ?? makeToken(), portOf)
  const context: DashboardContext = { ...options, access, page, streams }
  const { limits = LIMITS } = options
  const server = createServer(toServerOptions(limits), (request, response) => {
    answer(request, response, context).catch(() => {
      // The client left while its body was read, or our own code is wrong: only this request ends.
      sendReply(response, toRefusalReply(500, 'this request could not be answered'))
    })
  })
  server.maxConnections = limits.connections
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = CLIENT_ERRORS[error.code ?? ''] ?? '400 Bad Request'
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`)
    else socket.destroy()
  })
  await listen(server, options.port)
  const origin = `http://127.0.0.1:${portOf()}`
  return {
    origin,
    token: access.token,
    url: `${origin}/?token=${access.token}`,
    close: () => close(server, () => streams.close()),
  }
}

function toServerOptions({ headMs, requestMs, checkMs }: ServerLimits): ServerOptions {
  return {
    maxHeaderSize: 16_384,
    headersTimeout: headMs,
    requestTimeout: requestMs,
    // Node looks every 30 s: one that sends a byte a second would stay for 40 s.
    connectionsCheckingInterval: checkMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  context: DashboardContext,
): Promise<void> {
  const { method = '', url = '', headers } = request
  const refusal = toRefusal({
    method,
    target: url,
    host: headers.host,
    origin: headers.origin,
    fetchSite: headers['sec-fetch-site'],
  })
  if (refusal !== undefined) return refuse(request, response, refusal)
  const target = toTarget(url)
  if (target === undefined)
    return refuse(request, response, { status: 400, reason: 'that is no path' })
  const intake = toIntake(target.path)
  if (intake !== undefined) return takeDelivery(request, response, { context, intake, target })
  return answerViewer(request, response, { context, target })
}

/** What a refused request still sends is not read: the connection ends. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, reason }: { readonly status: number; readonly reason: string },
): void {
  request.resume()
  const reply = toRefusalReply(status, reason)
  sendReply(response, { ...reply, headers: { connection: 'close' } })
}

/** Listens on the port, or on any when it is taken. */
async function listen(server: Server, port: number): Promise<void> {
  try {
    await listenOn(server, port)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port === 0) throw error
    await listenOn(server, 0)
  }
}

function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function close(server: Server, closeStreams: () => void): Promise<void> {
  return new Promise((resolve) => {
    closeStreams()
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
