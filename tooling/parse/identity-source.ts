import { ServicexError } from '../../src/convention/servicex-error.ts'
import { isSafeAddress } from './announce-settings.ts'

/** Where the token comes from that says who signs: a variable, or a request that the CI answers. */
export type IdentitySource =
  | { readonly kind: 'token'; readonly variable: string; readonly token: string }
  | {
      readonly kind: 'request'
      readonly variable: string
      readonly url: string
      readonly token: string
    }

/** GitLab sets it by a job's `id_tokens`; cosign reads the same. */
const TOKEN_VARIABLE = 'SIGSTORE_ID_TOKEN'

/** Source: GitHub's documentation, "OpenID Connect reference". */
const REQUEST_VARIABLES = {
  url: 'ACTIONS_ID_TOKEN_REQUEST_URL',
  token: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
} as const

/**
 * Finds where the identity of a job comes from: `SIGSTORE_ID_TOKEN`, or what GitHub Actions gives.
 *
 * Throws SERVICEX_SIGNING_IDENTITY when there is none; no value is in the error.
 */
export function readIdentitySource(
  env: Readonly<Record<string, string | undefined>>,
): IdentitySource {
  const token = env[TOKEN_VARIABLE]?.trim() ?? ''
  if (token !== '') return { kind: 'token', variable: TOKEN_VARIABLE, token }
  const url = env[REQUEST_VARIABLES.url]?.trim() ?? ''
  const bearer = env[REQUEST_VARIABLES.token]?.trim() ?? ''
  if (url === '' || bearer === '') throw missing(env)
  if (!isSafeAddress(url))
    throw new ServicexError('SERVICEX_SIGNING_IDENTITY', {
      summary: `${REQUEST_VARIABLES.url} is no address of https (its value has ${url.length} characters)`,
      fix: 'leave it as GitHub Actions sets it',
    })
  return { kind: 'request', variable: REQUEST_VARIABLES.url, url, token: bearer }
}

function missing(env: Readonly<Record<string, string | undefined>>): ServicexError {
  return new ServicexError('SERVICEX_SIGNING_IDENTITY', {
    summary: '--sign keyless, and nothing here says who signs; nothing was pushed',
    details: [TOKEN_VARIABLE, ...Object.values(REQUEST_VARIABLES)].map(
      (name) => `${name} is not set`,
    ),
    fix: toFix(env),
  })
}

function toFix(env: Readonly<Record<string, string | undefined>>): string {
  if (env['GITHUB_ACTIONS'] === 'true')
    return 'give the job `permissions: { contents: read, id-token: write }`'
  if (env['GITLAB_CI'] === 'true')
    return 'give the job `id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }`'
  return 'set SIGSTORE_ID_TOKEN to an OIDC token with the audience sigstore, or sign with a key: --sign <file>'
}
