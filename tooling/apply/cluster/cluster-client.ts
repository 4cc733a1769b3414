import { text } from 'node:stream/consumers'
import type { ClusterAccess } from '../../parse/kubeconfig/cluster-access.ts'
import type { ProxyVariables } from '../../parse/registry-environment.ts'
import { ApiError, type StatusBody } from './api-error.ts'
import { type IdentitySource, openIdentities } from './identity.ts'
import { PassingError, type Persistence, persist, untilAborted } from './persist.ts'
import {
  type ApiAnswer,
  type ApiExchange,
  type ClusterTransport,
  openClusterTransport,
} from './transport.ts'

/** One request, as a caller asks it. */
export interface ApiRequest extends Omit<ApiExchange, 'timeoutMs'> {
  /** How long nothing may move. Default 30 000; of a GET the client's patience when that is shorter. */
  readonly timeoutMs?: number
  /** Says that it may be sent again though it may have been carried out. Default: for GET and PATCH. */
  readonly isRepeatable?: boolean
}

/** Speaks with one cluster's API server. */
export interface ClusterClient {
  readonly access: ClusterAccess
  /** Gives the JSON of a success. Rejects with an ApiError, or with SERVICEX_CLUSTER_UNREACHABLE. */
  json<Answer>(request: ApiRequest): Promise<Answer>
  /** Gives the text of a success: a log, an answer of a pod. */
  text(request: ApiRequest): Promise<string>
  /** Gives the open answer of a success; the caller reads or destroys its body. */
  stream(request: ApiRequest): Promise<ApiAnswer>
  /** Gives the answer once, whatever its status: for what a pod says through the API server. */
  anyAnswer(request: ApiRequest): Promise<ApiAnswer>
  /**
   * Gives the same client with other limits, over the same connections. A signal replaces the one there was:
   * what must still be done after an interrupt is done by such a client.
   */
  within(limits: Pick<Persistence, 'patienceMs' | 'signal'>): ClusterClient
  close(): void
}

/** What a client works with besides the access. */
export interface ClientOptions extends Persistence {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly proxy: ProxyVariables
}

const TIMEOUT_MS = 30_000

/** Answers that pass by themselves: the server restarts, is overloaded, or its balancer has none. */
const PASSING_STATUS: ReadonlySet<number> = new Set([429, 500, 502, 503, 504])

/** Opens a client of one cluster; the caller closes it. Sends nothing by itself. */
export function openClusterClient(access: ClusterAccess, options: ClientOptions): ClusterClient {
  const transport = openClusterTransport(access, options.proxy)
  const identities = openIdentities(access, options.env)
  return toClient({ access, transport, identities }, options)
}

interface Connection {
  readonly access: ClusterAccess
  readonly transport: ClusterTransport
  readonly identities: IdentitySource
}

function toClient(connection: Connection, options: ClientOptions): ClusterClient {
  const { access, transport, identities } = connection
  const once = async (request: ApiRequest, isRefused = false): Promise<ApiAnswer> => {
    const identity = await identities.read(isRefused)
    // A dry run may well take longer than a person is patient: it goes through the cluster's own webhooks.
    const { patienceMs = TIMEOUT_MS } = request.method === 'GET' ? options : {}
    const timeoutMs = Math.min(TIMEOUT_MS, patienceMs)
    const answer = await transport.exchange({ timeoutMs, ...request }, identity)
    if (answer.status !== 401 || isRefused || access.credentials.kind !== 'exec') return answer
    answer.body.destroy()
    return once(request, true)
  }
  const read = <Result>(request: ApiRequest, take: Take<Result>): Promise<Result> => {
    const run = async (onAnswer: () => void): Promise<Result> => {
      const answer = await assertSuccess(await once(request))
      onAnswer()
      return take(answer)
    }
    const isRepeatable = request.isRepeatable ?? ['GET', 'PATCH'].includes(request.method)
    const signal = toSignal(options.signal, request.signal)
    return persist({ run, isRepeatable, isWrite: request.method !== 'GET' }, { ...options, signal })
  }
  return {
    access,
    json: (request) => read(request, async ({ body }) => JSON.parse(await text(body)) as never),
    text: (request) => read(request, ({ body }) => text(body)),
    stream: (request) => read(request, (answer) => Promise.resolve(answer)),
    anyAnswer: (request) => untilAborted(once(request), { signal: options.signal, graceMs: 0 }),
    within: (limits) => toClient(connection, { ...options, ...limits }),
    close: () => transport.close(),
  }
}

function toSignal(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined)
  return given.length > 1 ? AbortSignal.any(given) : given[0]
}

type Take<Result> = (answer: ApiAnswer) => Promise<Result>

async function assertSuccess(answer: ApiAnswer): Promise<ApiAnswer> {
  if (answer.status < 300) return answer
  const error = new ApiError(answer.status, toStatus(await text(answer.body)))
  if (!PASSING_STATUS.has(answer.status)) throw error
  const seconds = Number(answer.headers['retry-after'])
  throw new PassingError(error, Number.isFinite(seconds) ? seconds * 1000 : undefined)
}

function toStatus(body: string): StatusBody {
  try {
    return JSON.parse(body) as StatusBody
  } catch {
    return { message: body.slice(0, 500) }
  }
}
