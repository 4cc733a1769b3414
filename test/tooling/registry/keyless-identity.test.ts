import { describe, expect, test } from 'vitest'
import { readSigning } from '../../../tooling/parse/signing.ts'
import { toToken } from '../../fakes/sigstore.ts'
import { openKeylessRig, openSigner, toCalls, toError } from './keyless-signing.ts'

describe('an identity', () => {
  test.for<readonly [string, string, string]>([
    ['no token at all', 'sentinel', 'is no OIDC token (8 characters, not shown)'],
    ['a token without a subject', toToken({ sub: '' }), 'is no OIDC token'],
    [
      'an old token',
      toToken({ exp: Math.floor(Date.now() / 1000) - 90 }),
      'is out of date since 9',
    ],
  ])('is not %s', async ([, token, says]) => {
    const { sigstore } = await openKeylessRig()
    const error = await toError(openSigner(sigstore, { SIGSTORE_ID_TOKEN: token }))
    expect(error.message).toContain('SERVICEX_SIGNING_IDENTITY  SIGSTORE_ID_TOKEN ')
    expect(error.message).toContain(says)
    expect(`${error.message}${error.stack}`).not.toContain('sentinel')
    expect(toCalls(sigstore)).toEqual(['GET /token'])
  })

  test('is refused by the CI before anything else is asked, in its own words', async () => {
    const { sigstore } = await openKeylessRig()
    const env = { ...sigstore.jobEnv, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'sentinel-bearer' }
    const error = await toError(openSigner(sigstore, env))
    expect(error.message).toContain('GitHub Actions answered 403: no')
    expect(error.message).not.toMatch(/sentinel|api-version/)
  })

  test.for<readonly [string, Readonly<Record<string, string>>, string]>([
    ['GitHub Actions', { GITHUB_ACTIONS: 'true' }, 'id-token: write'],
    ['GitLab', { GITLAB_CI: 'true' }, 'id_tokens: { SIGSTORE_ID_TOKEN'],
    ['a laptop', {}, 'sign with a key'],
  ])('that is not there is asked for in the way of %s', async ([, env, fix]) => {
    const error = await toError(readSigning('keyless', { env, settings: {} }))
    expect(error.message).toMatch(/SERVICEX_SIGNING_IDENTITY[^]*nothing was pushed/)
    expect((error as Error & { fix: string }).fix).toContain(fix)
  })

  test('goes to no address in plain text', async () => {
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'http://tokens.example/x',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'sentinel',
    }
    const error = await toError(readSigning('keyless', { env, settings: {} }))
    expect(error.message).toContain('ACTIONS_ID_TOKEN_REQUEST_URL is no address of https')
    expect(error.message).not.toContain('sentinel')
  })
})

test('half a private sigstore is refused: the other half would be public', async () => {
  const env = { SIGSTORE_ID_TOKEN: toToken() }
  const settings = { fulcioUrl: 'https://fulcio.acme.example' }
  await expect(readSigning('keyless', { env, settings })).rejects.toThrow('rekorUrl is not')
  await expect(readSigning('keyless', { env, settings: {} })).resolves.toMatchObject({
    fulcioUrl: 'https://fulcio.sigstore.dev',
    rekorUrl: 'https://rekor.sigstore.dev',
  })
})
