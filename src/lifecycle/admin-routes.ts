import type { IncomingMessage } from 'node:http'
import { ADMIN_PATHS } from '../convention/ports.ts'
import type { LogLevelControl } from './log-level-control.ts'
import type { ReadinessReport } from './readiness.ts'

/** What the admin port answers with. */
export interface AdminSources {
  readiness(): Promise<ReadinessReport>
  metrics(
    accept: string | undefined,
  ): Promise<{ readonly contentType: string; readonly body: string }>
  readonly info: Readonly<Record<string, unknown>>
  readonly logLevel: LogLevelControl
}

/** One answer of the admin port. */
export interface Answer {
  readonly status: number
  readonly type?: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

type Route = (request: IncomingMessage, sources: AdminSources) => Answer | Promise<Answer>

/** Path → method → answer. HEAD is answered as GET. */
const ROUTES: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
  [ADMIN_PATHS.live]: { GET: () => ({ status: 200, body: 'live\n' }) },
  [ADMIN_PATHS.ready]: { GET: answerReadiness },
  [ADMIN_PATHS.metrics]: { GET: answerMetrics },
  [ADMIN_PATHS.info]: { GET: (_request, { info }) => json(200, info) },
  [ADMIN_PATHS.logLevel]: { GET: answerLogLevel, PUT: changeLogLevel },
}

/** Answers one request. The path is compared as it came: nothing is decoded or normalised, so no other spelling reaches a page. */
export async function answerAdmin(
  request: IncomingMessage,
  sources: AdminSources,
): Promise<Answer> {
  const path = request.url?.split('?', 1)[0] ?? ''
  const methods = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined
  if (methods === undefined)
    return { status: 404, body: `not found; there are ${Object.keys(ROUTES).join(', ')}\n` }
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '')
  const route = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (route !== undefined) return route(request, sources)
  const allow = Object.keys(methods).join(', ')
  return { status: 405, body: `only ${allow}\n`, headers: { allow } }
}

async function answerReadiness(_request: IncomingMessage, sources: AdminSources): Promise<Answer> {
  const report = await sources.readiness()
  return json(report.ready ? 200 : 503, report)
}

async function answerMetrics(request: IncomingMessage, sources: AdminSources): Promise<Answer> {
  const { contentType, body } = await sources.metrics(request.headers.accept)
  return { status: 200, type: contentType, body }
}

function answerLogLevel(request: IncomingMessage, { logLevel }: AdminSources): Answer {
  return isLocal(request) ? json(200, logLevel.lease) : NOT_LOCAL
}

/** `curl -X PUT 'localhost:9464/loglevel?level=debug&for=600'`; everything is in the URL, a body is not read. */
function changeLogLevel(request: IncomingMessage, { logLevel }: AdminSources): Answer {
  if (!isLocal(request)) return NOT_LOCAL
  const query = new URLSearchParams(request.url?.split('?')[1] ?? '')
  const result = logLevel.change(query.get('level') ?? '', query.get('for'))
  return typeof result === 'string' ? { status: 400, body: `${result}\n` } : json(200, result)
}

const NOT_LOCAL: Answer = { status: 403, body: 'only from the pod itself\n' }

/** Says whether the request comes from this host and not from a page in a browser on it. */
function isLocal(request: IncomingMessage): boolean {
  const address = request.socket.remoteAddress ?? ''
  const loopback = address === '::1' || /^(?:::ffff:)?127\./.test(address)
  return (
    loopback &&
    request.headers.origin === undefined &&
    request.headers['sec-fetch-site'] === undefined
  )
}

function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json; charset=utf-8', body: `${JSON.stringify(value)}\n` }
}
