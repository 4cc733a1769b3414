import { text } from 'node:stream/consumers'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { ClusterAccess } from '../../parse/kubeconfig/cluster-access.ts'
import type { ProxyVariables } from '../../parse/registry-environment.ts'
import { ApiError, type StatusBody } from './api-error.ts'
import { openIdentities } from './identity.ts'
import { type ApiAnswer, type ApiExchange, openClusterTransport } from './transport.ts'

/** One request, as a caller asks it. */
export interface ApiRequest extends Omit<ApiExchange, 'timeoutMs'> {
  /** How long nothing may move. Default 30 000. */
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
  close(): void
}

/** What a client works with besides the access. */
export interface ClientOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly proxy: ProxyVariables
  /** Waits; given in tests. */
  readonly sleep?: (ms: number) => Promise<void>
  /** How long a request is tried while the server cannot be reached. Default 60 000. */
  readonly patienceMs?: number
  readonly now?: () => number
}

const TIMEOUT_MS = 30_000
const PATIENCE_MS = 60_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

/** Answers that pass by themselves: the server restarts, is overloaded, or its balancer has none. */
const PASSING_STATUS: ReadonlySet<number> = new Set([429, 500, 502, 503, 504])

const PASSING_CODE =
  /^(?:ECONN(?:RESET|REFUSED|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ERR_STREAM_PREMATURE_CLOSE|HPE_.*|ERR_PROXY_.*)$/

/** Opens a client of one cluster; the caller closes it. Sends nothing by itself. */
export function openClusterClient(access: ClusterAccess, options: ClientOptions): ClusterClient {
  const transport = openClusterTransport(access, options.proxy)
  const identities = openIdentities(access, options.env)
  const once = async (request: ApiRequest, isRefused = false): Promise<ApiAnswer> => {
    const identity = await identities.read(isRefused)
    const answer = await transport.exchange({ timeoutMs: TIMEOUT_MS, ...request }, identity)
    if (answer.status !== 401 || isRefused || access.credentials.kind !== 'exec') return answer
    answer.body.destroy()
    return once(request, true)
  }
  const read = <Result>(request: ApiRequest, take: Take<Result>): Promise<Result> =>
    persist(request, options, async () => take(await assertSuccess(await once(request))))
  return {
    access,
    json: (request) => read(request, async ({ body }) => JSON.parse(await text(body)) as never),
    text: (request) => read(request, ({ body }) => text(body)),
    stream: (request) => read(request, (answer) => Promise.resolve(answer)),
    anyAnswer: (request) => once(request),
    close: () => transport.close(),
  }
}

type Take<Result> = (answer: ApiAnswer) => Promise<Result>

class PassingError extends Error {
  readonly pauseMs: number | undefined

  constructor(cause: unknown, pauseMs?: number) {
    super('it may pass', { cause })
    this.pauseMs = pauseMs
  }
}

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

/** Tries again while that can help and may be done, pausing longer each time. */
async function persist<Result>(
  request: ApiRequest,
  options: ClientOptions,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const { now = Date.now, sleep = delay, patienceMs = PATIENCE_MS } = options
  const isRepeatable = request.isRepeatable ?? ['GET', 'PATCH'].includes(request.method)
  const endMs = now() + patienceMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt()
    } catch (error) {
      const passing = toPassing(error, isRepeatable)
      request.signal?.throwIfAborted()
      if (passing === undefined) throw toFailure(error)
      const wait = passing.pauseMs ?? pauseMs
      if (now() + wait > endMs) throw toFailure(passing.cause)
      await sleep(wait)
    }
  }
}

/** A refused connection and a 429 were not carried out; anything else may have been. */
function toPassing(error: unknown, isRepeatable: boolean): PassingError | undefined {
  if (error instanceof PassingError) {
    const isRefused = error.cause instanceof ApiError && error.cause.status === 429
    return isRepeatable || isRefused ? error : undefined
  }
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const isCut = error instanceof SyntaxError
  if (!isCut && !PASSING_CODE.test(code)) return undefined
  return isRepeatable || code === 'ECONNREFUSED' ? new PassingError(error) : undefined
}

function toFailure(error: unknown): unknown {
  const cause = error instanceof PassingError ? error.cause : error
  if (cause instanceof ApiError || ServicexError.is(cause)) return cause
  return new ServicexError('SERVICEX_CLUSTER_UNREACHABLE', {
    summary: `the API server cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`,
    fix: 'check the network, the proxy and the server of the context',
    cause,
  })
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
