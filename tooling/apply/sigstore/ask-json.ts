import http from 'node:http'
import https from 'node:https'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { ProxyVariables } from '../../parse/registry-environment.ts'
import { isLoopback, toPrintable } from '../registry/host.ts'
import type { Redactor } from '../registry/redactor.ts'
import { PassingFailure, type RetryOptions, toRetryAfterMs, withRetry } from '../registry/retry.ts'

/** One request, to one of those who take part in a signature. */
export interface JsonRequest {
  /** Who is asked, for people. */
  readonly party: 'Fulcio' | 'Rekor' | 'GitHub Actions'
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
}

/** An answer that is no error. */
export interface JsonAnswer {
  readonly status: number
  /** Where the thing is, as the other side says. */
  readonly location?: string
  /** `undefined` when it is no JSON. */
  readonly json: unknown
}

/** How requests are made. */
export interface AskOptions {
  readonly proxy: ProxyVariables
  readonly redactor: Redactor
  readonly retry: RetryOptions
  /** How long one try may take, to the last byte of its answer. */
  readonly timeoutMs: number
}

const MAX_ANSWER_BYTES = 1024 * 1024
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])
/** Rekor's way to say that it has the entry; its place is in the answer. */
const CONFLICT = 409

/**
 * Asks for JSON, again when the other side stumbles. No redirect is followed: what is secret goes to nobody
 * but who was named.
 *
 * Rejects with SERVICEX_SIGNING_FAILED when there is no answer in time, or one that says no.
 */
export async function askJson(options: AskOptions, request: JsonRequest): Promise<JsonAnswer> {
  try {
    return await withRetry(options.retry, async () => {
      const answer = await exchange(options, request)
      const { status } = answer
      const isDone = (status >= 200 && status < 300) || status === CONFLICT
      if (isDone) return answer
      const said = `answered ${status}${toSaid(answer, options.redactor)}`
      if (!PASSING_STATUS.has(status)) throw failed(request, said)
      const retryAfterMs = toRetryAfterMs(answer.retryAfter, Date.now())
      throw new PassingFailure(said, { retryAfterMs })
    })
  } catch (error) {
    if (!(error instanceof PassingFailure)) throw error
    throw failed(request, `${error.message}, ${options.retry.policy.attempts} times`, error)
  }
}

/** Gives the error of a party that did not do its part. */
export function failed(request: JsonRequest, what: string, cause?: unknown): ServicexError {
  const { party, method, url } = request
  return new ServicexError('SERVICEX_SIGNING_FAILED', {
    summary: `the image is not signed: ${party} ${what} (${method} ${toPrintable(url)})`,
    fix: 'run the command again: what was pushed is kept, and the tag comes after the signature',
    ...(cause === undefined ? {} : { cause }),
  })
}

interface Exchanged extends JsonAnswer {
  readonly retryAfter: string | undefined
  readonly text: string
}

async function exchange(
  { proxy, timeoutMs }: AskOptions,
  request: JsonRequest,
): Promise<Exchanged> {
  const { method, url, headers, body } = request
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
  const isTls = url.protocol === 'https:'
  const proxied = isLoopback(url.hostname) ? {} : { proxyEnv: { ...proxy } }
  const agent = isTls ? new https.Agent(proxied) : new http.Agent(proxied)
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const outgoing = (isTls ? https.request : http.request)(url, {
    method,
    agent,
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      accept: 'application/json',
      'user-agent': 'kube',
      ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length }),
      ...headers,
    },
  })
  outgoing.on('response', resolve)
  outgoing.on('error', reject)
  outgoing.end(bytes)
  try {
    const answer = await promise
    const text = await readText(request, answer)
    const { location, 'retry-after': retryAfter } = answer.headers
    const read = { status: answer.statusCode ?? 0, text, json: toJson(text), retryAfter }
    return location === undefined ? read : { ...read, location }
  } catch (error) {
    throw ServicexError.is(error) ? error : toPassing(error, timeoutMs)
  } finally {
    outgoing.destroy()
    agent.destroy()
  }
}

async function readText(request: JsonRequest, answer: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_ANSWER_BYTES)
      throw failed(request, `gave an answer of more than ${MAX_ANSWER_BYTES} bytes`)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Whatever it was: another try costs nothing that was not asked for already. */
function toPassing(error: unknown, timeoutMs: number): PassingFailure {
  const { name, message } = error as Error
  const isLate = name === 'AbortError' || name === 'TimeoutError'
  const what = isLate ? `did not answer within ${timeoutMs / 1000} s` : `gave no answer: ${message}`
  return new PassingFailure(what, { cause: error })
}

/** Fulcio and Rekor say `{ "code": 3, "message": "…" }`. */
function toSaid({ json, text }: Exchanged, redactor: Redactor): string {
  const { message } = (json ?? {}) as { readonly message?: unknown }
  const other = json === undefined ? text : ''
  const said = redactor.print(typeof message === 'string' ? message : other)
  return said === '' ? '' : `: ${said}`
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
