import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ADMIN_PATHS } from '../convention/ports.ts'
import { scrub } from '../convention/scrub.ts'
import { ServicexError } from '../convention/servicex-error.ts'
import { leaveUnobserved } from '../context/inbound-http.ts'
import { withoutRecording } from '../context/scope.ts'
import type { ReadinessReport } from './readiness.ts'

/** What the admin port answers with. */
export interface AdminSources {
  readiness(): Promise<ReadinessReport>
  metrics(
    accept: string | undefined,
  ): Promise<{ readonly contentType: string; readonly body: string }>
  readonly info: Readonly<Record<string, unknown>>
}

/** The admin port, open. */
export interface AdminServer {
  readonly server: Server
  /** Resolves with the port when it listens; rejects with SERVICEX_ADMIN_PORT_UNAVAILABLE. */
  readonly port: Promise<number>
}

interface Answer {
  readonly status: number
  readonly type?: string
  readonly body: string
}

const MAX_CONNECTIONS = 32
const TIMEOUT_MS = 10_000
const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * Opens health, readiness, metrics and info on their own port, which no Service or Ingress leads to.
 * It answers only known paths to GET and HEAD, and keeps answering while the app's port drains.
 * The process may end while it listens.
 */
export function openAdminServer(port: number, sources: AdminSources): AdminServer {
  const server = createServer(
    {
      headersTimeout: TIMEOUT_MS,
      requestTimeout: TIMEOUT_MS,
      maxHeaderSize: 8192,
      keepAliveTimeout: TIMEOUT_MS,
    },
    (request, response) => void respond(request, response, sources),
  )
  leaveUnobserved(server)
  server.maxConnections = MAX_CONNECTIONS
  server.on('clientError', (_error, socket) => socket.destroy())
  const listening = new Promise<number>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(unavailable(port, error)))
    server.listen(port, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
  server.unref()
  return { server, port: listening }
}

function unavailable(port: number, error: NodeJS.ErrnoException): ServicexError {
  return new ServicexError('SERVICEX_ADMIN_PORT_UNAVAILABLE', {
    summary: `the admin port ${port} cannot be opened: ${error.code ?? error.message}`,
    fix: 'free the port, or set ADMIN_PORT to another one (0 picks a free one)',
    cause: error,
  })
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  sources: AdminSources,
): Promise<void> {
  let answer: Answer
  try {
    answer = await withoutRecording(() => route(request, sources))
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
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** The path is compared as it came: nothing is decoded or normalised, so no other spelling reaches a page. */
async function route(request: IncomingMessage, sources: AdminSources): Promise<Answer> {
  const path = request.url?.split('?', 1)[0]
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, body: 'only GET and HEAD\n' }
  switch (path) {
    case ADMIN_PATHS.live:
      return { status: 200, body: 'live\n' }
    case ADMIN_PATHS.ready: {
      const report = await sources.readiness()
      return {
        status: report.ready ? 200 : 503,
        type: JSON_TYPE,
        body: `${JSON.stringify(report)}\n`,
      }
    }
    case ADMIN_PATHS.metrics: {
      const { contentType, body } = await sources.metrics(request.headers.accept)
      return { status: 200, type: contentType, body }
    }
    case ADMIN_PATHS.info:
      return { status: 200, type: JSON_TYPE, body: `${JSON.stringify(sources.info)}\n` }
    default:
      return {
        status: 404,
        body: `not found; there are ${Object.values(ADMIN_PATHS).slice(0, 4).join(', ')}\n`,
      }
  }
}
