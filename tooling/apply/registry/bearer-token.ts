import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Credential } from '../../parse/credential-source.ts'
import type { Challenge } from './challenge.ts'
import type { FoundCredential } from './credentials.ts'
import { toPrintable } from './host.ts'
import { readBytes } from './read-bytes.ts'
import type { Redactor } from './redactor.ts'
import { isPassing, toPassingFailure } from './passing-status.ts'
import { readRegistryText, toAnswerError, toDeniedError, toLastError } from './registry-error.ts'
import type { RetryOptions } from './retry.ts'
import { withRetry } from './retry.ts'
import type { HttpAnswer, HttpRequest, Transport } from './transport.ts'

/** A token of a token server, and how long it holds. */
export interface BearerToken {
  readonly token: string
  readonly lifetimeMs: number
}

/** What is asked of a token server. */
export interface TokenCall {
  readonly server: URL
  readonly challenge: Extract<Challenge, { scheme: 'bearer' }>
  readonly scopes: readonly string[]
  readonly found: FoundCredential
}

/** What a token is asked for with. */
export interface TokenAsker extends RetryOptions {
  readonly transport: Transport
  readonly redactor: Redactor
}

const CLIENT_ID = 'servicex'
const MAX_ANSWER_BYTES = 256 * 1024

/** When a token server does not say how long its token holds. Source: distribution, "Token Authentication Specification". */
const DEFAULT_LIFETIME_SECONDS = 60

/** What may stand in a header, and nothing that ends one. */
const TOKEN = /^[\u0021-\u007e]{1,100000}$/

/**
 * Asks a token server for a token; an identity token is exchanged by POST, and by GET where the server
 * has no POST. Redirects are not followed: what is sent is for this server alone.
 *
 * Rejects with SERVICEX_REGISTRY_DENIED when the server does not take the credentials.
 */
export async function readBearerToken(asker: TokenAsker, call: TokenCall): Promise<BearerToken> {
  const { credential } = call.found
  if (credential?.kind === 'identity-token') {
    const exchanged = await ask(asker, call, toPost(call, credential.token))
    if (exchanged !== undefined) return exchanged
  }
  const token = await ask(asker, call, toGet(call))
  if (token !== undefined) return token
  throw malformed(call.server, 'has nothing at this address')
}

/** Resolves with `undefined` when the server does not know the address or the method. */
async function ask(
  { transport, redactor, policy, clock }: TokenAsker,
  { found }: TokenCall,
  request: HttpRequest,
): Promise<BearerToken | undefined> {
  const attempt = async (): Promise<BearerToken | undefined> => {
    const answer = await transport.exchange(request)
    if (answer.status === 200) return toToken(request.url, answer)
    if (isPassing(answer))
      throw toPassingFailure(answer, await toAnswerError(request, answer, redactor))
    if (answer.status === 404 || answer.status === 405) {
      answer.body.destroy()
      return undefined
    }
    if ([400, 401, 403].includes(answer.status))
      throw toDeniedError(request, { found, said: await readRegistryText(answer, redactor) })
    throw await toAnswerError(request, answer, redactor)
  }
  try {
    return await withRetry({ policy, clock }, attempt)
  } catch (error) {
    throw toLastError(request, error, policy.attempts)
  }
}

function toGet({ server, challenge, scopes, found }: TokenCall): HttpRequest {
  const url = new URL(server)
  if (challenge.service !== undefined) url.searchParams.append('service', challenge.service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  url.searchParams.append('client_id', CLIENT_ID)
  const authorization = toBasic(found.credential)
  return {
    method: 'GET',
    url,
    headers: {
      accept: 'application/json',
      ...(authorization === undefined ? {} : { authorization }),
    },
  }
}

/** Source: distribution, "OAuth2 Token Authentication". */
function toPost({ server, challenge, scopes }: TokenCall, identityToken: string): HttpRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: identityToken,
    client_id: CLIENT_ID,
    service: challenge.service ?? '',
    scope: scopes.join(' '),
  })
  const body = Buffer.from(form.toString())
  return {
    method: 'POST',
    url: server,
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
    },
    body: () => body,
  }
}

/** Gives the Authorization header of a credential that has a name and a password. */
export function toBasic(credential: Credential | undefined): string | undefined {
  if (credential === undefined || credential.kind === 'registry-token') return undefined
  const pair =
    credential.kind === 'basic'
      ? `${credential.username}:${credential.password}`
      : `<token>:${credential.token}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}

async function toToken(server: URL, answer: HttpAnswer): Promise<BearerToken> {
  const text = (await readBytes(answer.body, MAX_ANSWER_BYTES, toPrintable(server))).toString(
    'utf8',
  )
  const { token, access_token, expires_in } = toRecord(server, text)
  const found = token ?? access_token
  if (typeof found !== 'string' || !TOKEN.test(found)) throw malformed(server, 'gave no token')
  const seconds =
    typeof expires_in === 'number' && expires_in > 0 ? expires_in : DEFAULT_LIFETIME_SECONDS
  return { token: found, lifetimeMs: seconds * 1000 }
}

function toRecord(server: URL, text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // The parser's message cites the text, which may hold a token.
  }
  throw malformed(server, 'answered with something that is no JSON object')
}

function malformed(server: URL, what: string): ServicexError {
  return new ServicexError('SERVICEX_REGISTRY_FAILED', {
    summary: `the token server ${toPrintable(server)} ${what}`,
    fix: 'look into the token server, then run the command again',
  })
}
