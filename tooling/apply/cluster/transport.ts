import http from 'node:http'
import https from 'node:https'
import type { ClusterAccess } from '../../parse/kubeconfig/cluster-access.ts'
import type { ProxyVariables } from '../../parse/registry-environment.ts'
import type { Identity } from './identity.ts'

/** One request to the API server. */
export interface ApiExchange {
  readonly method: string
  /** With its query, from the server's root. */
  readonly path: string
  readonly contentType?: string
  readonly body?: string
  readonly accept?: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** The head of an answer, and its body to be read or destroyed. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: http.IncomingMessage
}

/** Sends requests over kept-alive connections. */
export interface ClusterTransport {
  exchange(request: ApiExchange, identity: Identity): Promise<ApiAnswer>
  close(): void
}

const USER_AGENT = 'kube'

/** Opens connections to a cluster; the caller closes them. Rejects of `exchange` are those of the connection. */
export function openClusterTransport(
  access: ClusterAccess,
  proxy: ProxyVariables,
): ClusterTransport {
  const { server, tls, proxyUrl } = access
  const proxyEnv =
    proxyUrl === undefined ? { ...proxy } : { HTTPS_PROXY: proxyUrl, HTTP_PROXY: proxyUrl }
  const options: https.AgentOptions = {
    keepAlive: true,
    maxSockets: 8,
    proxyEnv,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    ...(tls.isInsecure === true ? { rejectUnauthorized: false } : {}),
  }
  const isTls = server.protocol === 'https:'
  const agent = isTls ? new https.Agent(options) : new http.Agent({ keepAlive: true, proxyEnv })
  return {
    exchange: (request, identity) => exchange({ request, identity, access, agent }),
    close: () => agent.destroy(),
  }
}

interface Sending {
  readonly request: ApiExchange
  readonly identity: Identity
  readonly access: ClusterAccess
  readonly agent: http.Agent
}

function exchange({ request, identity, access, agent }: Sending): Promise<ApiAnswer> {
  const { method, path, body, contentType, accept, timeoutMs, signal } = request
  const url = new URL(access.server.pathname.replace(/\/$/, '') + path, access.server)
  const send = url.protocol === 'https:' ? https.request : http.request
  const { promise, resolve, reject } = Promise.withResolvers<ApiAnswer>()
  const outgoing = send(url, {
    method,
    agent,
    timeout: timeoutMs,
    ...(signal === undefined ? {} : { signal }),
    ...(identity.cert === undefined ? {} : { cert: identity.cert, key: identity.key }),
    headers: {
      accept: accept ?? 'application/json',
      'user-agent': USER_AGENT,
      ...(identity.authorization === undefined ? {} : { authorization: identity.authorization }),
      ...(body === undefined
        ? {}
        : {
            'content-type': contentType ?? 'application/json',
            // Node sends none for a DELETE with a body, and the API server refuses the next request then.
            'content-length': Buffer.byteLength(body),
          }),
    },
  })
  outgoing.on('timeout', () => outgoing.destroy(new TimeoutError(timeoutMs)))
  outgoing.on('error', reject)
  outgoing.on('response', (message) =>
    resolve({ status: message.statusCode ?? 0, headers: message.headers, body: message }),
  )
  outgoing.end(body)
  return promise
}

class TimeoutError extends Error {
  readonly code = 'ETIMEDOUT'

  constructor(timeoutMs: number) {
    super(`nothing moved for ${timeoutMs} ms`)
  }
}
