import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { IdentitySource } from '../../parse/identity-source.ts'
import { toIdentityClaims } from '../../parse/sigstore-answers.ts'
import { type AskOptions, askJson, failed, type JsonRequest } from './ask-json.ts'

/** A token that says who signs. It is printed nowhere. */
export interface Identity {
  readonly token: string
  /** What Fulcio wants a signature of. */
  readonly subject: string
}

/** Whom tokens for Fulcio are made for. Source: Fulcio, docs/oidc.md. */
const AUDIENCE = 'sigstore'

/**
 * Reads a token that is in force. GitHub's live for minutes: read one when it is needed.
 *
 * Rejects with SERVICEX_SIGNING_IDENTITY for one that cannot be used, and with SERVICEX_SIGNING_FAILED
 * when the CI gives none.
 */
export async function readIdentity(options: AskOptions, source: IdentitySource): Promise<Identity> {
  options.redactor.add(source.token)
  const token = source.kind === 'token' ? source.token : await ask(options, source)
  options.redactor.add(token)
  const claims = toIdentityClaims(token)
  if (claims === undefined)
    throw unusable(source, `is no OIDC token (${token.length} characters, not shown)`)
  const lateSeconds = Math.round(Date.now() / 1000 - claims.expiresAt)
  if (lateSeconds >= 0) throw unusable(source, `is out of date since ${lateSeconds} s`)
  return { token, subject: claims.subject }
}

async function ask(
  options: AskOptions,
  { url: text, token }: Extract<IdentitySource, { kind: 'request' }>,
): Promise<string> {
  const url = new URL(text)
  url.searchParams.set('audience', AUDIENCE)
  const headers = { authorization: `Bearer ${token}` }
  const request: JsonRequest = { party: 'GitHub Actions', method: 'GET', url, headers }
  const { json } = await askJson(options, request)
  const { value } = (json ?? {}) as { readonly value?: unknown }
  if (typeof value === 'string') return value
  throw failed(request, 'gave an answer without a token')
}

function unusable({ kind, variable }: IdentitySource, what: string): ServicexError {
  const place = kind === 'token' ? variable : `what ${variable} gives`
  return new ServicexError('SERVICEX_SIGNING_IDENTITY', {
    summary: `${place} ${what}`,
    fix: 'let the CI make a token for this job, with the audience sigstore',
  })
}
