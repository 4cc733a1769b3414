import type { Readable } from 'node:stream'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Authorizer } from './authorizer.ts'
import { toChallenge } from './challenge.ts'
import type { RegistryAddress } from './host.ts'
import { toNamedUrl } from './host.ts'
import { isPassing, toPassingFailure } from './passing-status.ts'
import type { Redactor } from './redactor.ts'
import { readRegistryText, toAnswerError, toDeniedError, toLastError } from './registry-error.ts'
import type { RetryOptions } from './retry.ts'
import { withRetry } from './retry.ts'
import type { Scope } from './scope.ts'
import type { HttpAnswer, HttpRequest, Transport } from './transport.ts'
import { toFailure } from './transport.ts'

/** A request to a registry, before it is known who asks. */
export interface SessionRequest {
  readonly method: string
  /** Below the registry's address, or an address that it named. */
  readonly url: string | URL
  readonly scopes: readonly Scope[]
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: (() => Readable | Uint8Array) | undefined
}

/** Takes what is wanted out of an answer; it must read or end the body. */
export type ReadAnswer<T> = (answer: HttpAnswer, asked: HttpRequest) => Promise<T> | T

/** Speaks with one registry. */
export interface Session {
  readonly url: URL
  readonly retry: RetryOptions
  /** Sends a request until it is answered; rejects with the error to show. */
  readonly ask: <T>(request: SessionRequest, read: ReadAnswer<T>) => Promise<T>
  /** Sends a request once; rejects with a PassingFailure when trying again may help. */
  readonly askOnce: <T>(request: SessionRequest, read: ReadAnswer<T>) => Promise<T>
  /** Gives the error of an answer that `read` cannot use. */
  readonly toError: (asked: HttpRequest, answer: HttpAnswer) => Promise<ServicexError>
}

/** What a session works with. */
export interface SessionOptions {
  readonly address: RegistryAddress
  readonly transport: Transport
  readonly authorizer: Authorizer
  readonly retry: RetryOptions
  readonly redactor: Redactor
}

const MAX_REDIRECTS = 5
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Opens a session with one registry. Nothing is sent. */
export function openSession(options: SessionOptions): Session {
  const { address, retry, redactor } = options
  const askOnce = async <T>(request: SessionRequest, read: ReadAnswer<T>): Promise<T> => {
    try {
      const { answer, asked } = await sendOverTls(options, request)
      if (isPassing(answer))
        throw toPassingFailure(answer, await toAnswerError(asked, answer, redactor))
      if (answer.status === 401 || answer.status === 403)
        throw await denied(options, { request, answer, asked })
      return await read(answer, asked)
    } catch (error) {
      throw toFailure(error)
    }
  }
  return {
    get url() {
      return address.url
    },
    retry,
    askOnce,
    ask: async (request, read) => {
      try {
        return await withRetry(retry, () => askOnce(request, read))
      } catch (error) {
        const asked = { method: request.method, url: new URL(request.url, address.url) }
        throw toLastError(asked, error, retry.policy.attempts)
      }
    },
    toError: (asked, answer) => toAnswerError(asked, answer, redactor),
  }
}

interface Sent {
  readonly answer: HttpAnswer
  readonly asked: HttpRequest
}

/**
 * Sends a request. A registry that is taken for one without TLS, on a developer's own machine say, may
 * have it: then it answers the first request with 400, and is spoken to over TLS from then on. Nothing
 * secret was sent before: a registry has to ask for that.
 */
async function sendOverTls(options: SessionOptions, request: SessionRequest): Promise<Sent> {
  const { address } = options
  const sent = await sendAllowed(options, request)
  const mayHaveTls = address.url.protocol === 'http:' && sent.answer.status === 400
  if (address.isKnown || !mayHaveTls) {
    address.isKnown = true
    return sent
  }
  const plain = address.url
  address.url = new URL(plain)
  address.url.protocol = 'https:'
  try {
    const secured = await sendAllowed(options, request)
    address.isKnown = true
    sent.answer.body.resume()
    return secured
  } catch (error) {
    // It was 400 indeed; a certificate that is not trusted is the better answer.
    if (ServicexError.is(error)) throw error
    address.url = plain
    return sent
  }
}

/** Sends a request, and once more when the registry first wants to know who asks. */
async function sendAllowed(options: SessionOptions, request: SessionRequest): Promise<Sent> {
  const { authorizer, address } = options
  const used = authorizer.known(request.scopes)
  const first = await follow(options, request, used)
  // Whoever a redirect or a location led to has no right to a credential of this registry.
  if (first.answer.status !== 401 || first.asked.url.origin !== address.url.origin) return first
  const challenge = toChallenge(first.answer.headers['www-authenticate'])
  if (challenge === undefined) return first
  const header = await authorizer.answer({ challenge, scopes: request.scopes, used })
  if (header === undefined || header === used) return first
  first.answer.body.resume()
  return follow(options, request, header)
}

/** Follows the redirects of a reading request. The credentials go to the registry's own address alone. */
async function follow(
  { transport, address }: SessionOptions,
  { method, url: start, headers, body }: SessionRequest,
  authorization: string | undefined,
): Promise<Sent> {
  const { url } = address
  let target = new URL(start, url)
  for (let count = 0; ; count += 1) {
    const isOurs = target.origin === url.origin
    const asked = {
      method,
      url: target,
      headers: { ...headers, ...(isOurs && authorization !== undefined ? { authorization } : {}) },
      body,
    }
    const answer = await transport.exchange(asked)
    const { location } = answer.headers
    if (!REDIRECTS.has(answer.status) || location === undefined) return { answer, asked }
    answer.body.resume()
    if (method !== 'GET' && method !== 'HEAD') throw misled(url, 'redirects what writes')
    if (count >= MAX_REDIRECTS) throw misled(url, `redirects more than ${MAX_REDIRECTS} times`)
    target = toNamedUrl(location, { base: target, what: 'redirect' })
  }
}

async function denied(
  { authorizer, redactor }: SessionOptions,
  { request, answer, asked }: Sent & { readonly request: SessionRequest },
): Promise<ServicexError> {
  const said = await readRegistryText(answer, redactor)
  return toDeniedError(asked, { found: await authorizer.found(request.scopes), said })
}

function misled(url: URL, what: string): ServicexError {
  return new ServicexError('SERVICEX_REGISTRY_UNSAFE', {
    summary: `${url.host} ${what}; that is not followed`,
    fix: 'name the registry by the address that it redirects to',
  })
}
