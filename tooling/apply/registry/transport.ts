import http from 'node:http'
import https from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ProxyVariables } from '../../parse/registry-environment.ts'
import type { Asked } from './asked.ts'
import { toUnreachable } from './asked.ts'
import { isLoopback } from './host.ts'
import { PassingFailure } from './retry.ts'

/** One request, to one address. */
export interface HttpRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Made anew for every try; its length stands in the headers. */
  readonly body?: (() => Readable | Uint8Array) | undefined
}

/** The head of an answer, and its body to be read or destroyed. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: http.IncomingMessage
}

/** Sends requests over kept-alive connections. */
export interface Transport {
  /** Rejects with a PassingFailure when no answer came. Follows nothing, adds no credentials. */
  readonly exchange: (request: HttpRequest) => Promise<HttpAnswer>
  readonly close: () => void
}

/** How connections are made. */
export interface TransportOptions {
  readonly proxy: ProxyVariables
  /** A connection on which nothing moves for so long is given up. */
  readonly idleMs: number
  readonly maxConnections: number
}

/** Failures of a connection that may pass by themselves: the other side restarts, a balancer switches. */
const PASSING_CODE =
  /^(?:ECONN(?:RESET|REFUSED|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EAI_AGAIN|EPROTO|ERR_SSL_.*|HPE_.*|ERR_STREAM_PREMATURE_CLOSE|ERR_PROXY_.*)$/

/** Opens a transport over TLS and plain http; the caller closes it. Proxies are passed by for loopback. */
export function openTransport({ proxy, idleMs, maxConnections }: TransportOptions): Transport {
  const shared = { keepAlive: true, maxSockets: maxConnections }
  const proxied = { ...shared, proxyEnv: { ...proxy } }
  const direct = { http: new http.Agent(shared), https: new https.Agent(shared) }
  const outward = { http: new http.Agent(proxied), https: new https.Agent(proxied) }
  return {
    exchange: (request) => {
      const agents = isLoopback(request.url.hostname) ? direct : outward
      const agent = request.url.protocol === 'http:' ? agents.http : agents.https
      return exchange(request, { agent, idleMs })
    },
    close: () => {
      for (const agent of [direct.http, direct.https, outward.http, outward.https]) agent.destroy()
    },
  }
}

async function exchange(
  { method, url, headers, body }: HttpRequest,
  { agent, idleMs }: { readonly agent: http.Agent; readonly idleMs: number },
): Promise<HttpAnswer> {
  const send = url.protocol === 'http:' ? http.request : https.request
  const request = send(url, { method, headers, agent, timeout: idleMs })
  request.on('timeout', () => request.destroy(new PassingFailure(`nothing moved for ${idleMs} ms`)))
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
  request.on('error', (error) => reject(toConnectionError({ method, url }, error)))
  const content = body?.()
  request.on('response', (answer) => {
    // An answer may come before all was sent: when it has been read, there is no use in the rest.
    if (content instanceof Readable) answer.once('close', () => content.destroy())
    resolve(toAnswer(answer))
  })
  if (content instanceof Readable)
    pipeline(content, request).catch((error: unknown) => reject(toFailure(error)))
  else request.end(content)
  return promise
}

function toAnswer(message: http.IncomingMessage): HttpAnswer {
  return { status: message.statusCode ?? 0, headers: message.headers, body: message }
}

/** Gives a failure that may pass as a PassingFailure; anything else as it is. */
export function toFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof PassingFailure) return error
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined || !PASSING_CODE.test(code)) return error
  return new PassingFailure(error.message, { cause: error })
}

/** A name that is not known and a certificate that is not trusted stay so. */
function toConnectionError(asked: Asked, error: Error): unknown {
  const failure = toFailure(error)
  return failure instanceof PassingFailure ? failure : toUnreachable(asked, error)
}
