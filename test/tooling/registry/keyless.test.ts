import { sign } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { pushImage } from '../../../tooling/apply/registry/push-image.ts'
import { Redactor } from '../../../tooling/apply/registry/redactor.ts'
import { certify } from '../../../tooling/apply/sigstore/certify.ts'
import { logSignature } from '../../../tooling/apply/sigstore/log-signature.ts'
import { toEnvelope } from '../../../tooling/plan/image/sigstore-bundle.ts'
import { type FakeSigstore, openFakeSigstore, toToken } from '../../fakes/sigstore.ts'
import { describeReal } from '../../real/describe-real.ts'
import { startDockerRegistry } from '../../real/docker-registry.ts'
import {
  openKeylessRig,
  toCalls,
  toError,
  openSigner,
  pushSample,
  readBundles,
  RETRY,
  toStatement,
  WORKFLOW,
} from './keyless-signing.ts'
import { toIndexPush, toSampleImage } from './sample-image.ts'

const POLICY = {
  subjectAlternativeName: WORKFLOW,
  extensions: { issuer: 'https://token.actions.githubusercontent.com' },
}

describe.each([
  ['a registry with a referrers API', true],
  ['a registry without it', false],
])('in %s', (_, hasReferrers) => {
  test('an image signed keylessly has a bundle beside it, which sigstore proves', async () => {
    const { host, client, sigstore, signer } = await openKeylessRig({ hasReferrers })
    const image = await pushSample(client, host)
    expect(await signer(client, image)).toEqual({
      outcome: 'signed',
      digests: [image.digest],
      identity: WORKFLOW,
    })
    const [bundle, ...more] = await readBundles(client, image)
    expect(more).toEqual([])
    const { identity } = sigstore.verify(bundle!, POLICY)
    expect(identity?.subjectAlternativeName).toBe(WORKFLOW)
    expect(toStatement(bundle!)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ digest: { sha256: image.digest.slice('sha256:'.length) } }],
      predicateType: 'https://sigstore.dev/cosign/sign/v1',
      predicate: {},
    })
  })

  test('it is signed once by an identity, and again by another', async () => {
    const { host, client, sigstore, signer } = await openKeylessRig({ hasReferrers })
    const image = await pushSample(client, host)
    await signer(client, image)
    expect(await signer(client, image)).toMatchObject({ outcome: 'present' })
    const token = toToken({ job_workflow_ref: 'acme/billing/other.yml@refs/heads/main' })
    const other = await openSigner(sigstore, { SIGSTORE_ID_TOKEN: token })
    expect(await other(client, image)).toMatchObject({ outcome: 'signed' })
    const bundles = await readBundles(client, image)
    const names = bundles.map((each) => sigstore.verify(each).identity?.subjectAlternativeName)
    expect(new Set(names)).toEqual(
      new Set([WORKFLOW, 'https://github.com/acme/billing/other.yml@refs/heads/main']),
    )
    expect(names).toHaveLength(2)
  })
})

test('an image of several platforms is signed for each, by one certificate', async () => {
  const { host, client, sigstore, signer } = await openKeylessRig()
  const target = { registry: host, repository: 'app', tag: 'one' }
  const images = {
    amd64: toSampleImage('amd64'),
    arm64: toSampleImage('arm64', { architecture: 'arm64' }),
  }
  const { digest } = await pushImage(client, toIndexPush(images, target))
  const { digests } = await signer(client, { ...target, digest })
  expect(digests).toEqual([
    ...Object.values(images).map(({ manifest }) => manifest.descriptor.digest),
    digest,
  ])
  for (const each of digests) {
    const [bundle] = await readBundles(client, { ...target, digest: each })
    sigstore.verify(bundle!, POLICY)
  }
  expect(toCalls(sigstore)).toEqual([
    'GET /token',
    'GET /token',
    'POST /api/v2/signingCert',
    ...digests.map(() => 'POST /api/v1/log/entries'),
  ])
})

test('a bundle that names us and is not ours does not stand in for a signature', async () => {
  const { host, client, sigstore, signer } = await openKeylessRig()
  const theirs = await openFakeSigstore()
  onTestFinished(() => theirs.close())
  const image = await pushSample(client, host)
  await (
    await openSigner(theirs)
  )(client, image)
  expect(await signer(client, image)).toMatchObject({ outcome: 'signed' })
  const bundles = await readBundles(client, image)
  const proofs = bundles.map((each) => {
    try {
      return sigstore.verify(each, POLICY).identity !== undefined
    } catch {
      return false
    }
  })
  expect(proofs.filter(Boolean)).toHaveLength(1)
  expect(proofs).toHaveLength(2)
})

test('a person is certified by the address that the issuer has seen to', async () => {
  const { host, client, sigstore } = await openKeylessRig()
  const token = toToken({ email: 'ada@acme.example', email_verified: true, san: 'mailto:ada' })
  const signer = await openSigner(sigstore, { SIGSTORE_ID_TOKEN: token })
  const { identity } = await signer(client, await pushSample(client, host))
  expect(identity).toBe('mailto:ada')
})

describe('when somebody stumbles', () => {
  test.each([
    ['the CI', '/token', 'reset'],
    ['Fulcio', '/api/v2/signingCert', 'reset'],
    ['Fulcio', '/api/v2/signingCert', '503'],
    ['Rekor', '/api/v1/log/entries', '429'],
    ['Rekor', '/api/v1/log/entries', 'hang'],
  ])('%s is asked again: %s, %s', async (_, path, how) => {
    const { host, client, sigstore, signer } = await openKeylessRig({ timeoutMs: 400 })
    const image = await pushSample(client, host)
    let stumbles = 1
    sigstore.interceptor.intercept = (seen) => {
      if (!seen.path.startsWith(path) || stumbles === 0) return undefined
      stumbles -= 1
      if (how === 'reset' || how === 'hang') return { kind: how }
      return { kind: 'answer', status: Number(how), headers: { 'retry-after': '0' } }
    }
    expect(await signer(client, image)).toMatchObject({ outcome: 'signed' })
    expect(stumbles).toBe(0)
    sigstore.verify((await readBundles(client, image))[0]!, POLICY)
  })

  test('an entry that the log has from the try before is read', async () => {
    const { host, client, sigstore, signer } = await openKeylessRig()
    const image = await pushSample(client, host)
    const asked: string[] = []
    sigstore.interceptor.intercept = ({ method, path }) => {
      if (!path.startsWith('/api/v1/log')) return undefined
      asked.push(`${method} ${path}`)
      if (method === 'GET') return { kind: 'answer', status: 404 }
      // Only the id counts of what it names.
      const location = 'https://elsewhere.test/api/v1/log/entries/24296fb2'
      return { kind: 'answer', status: 409, headers: { location } }
    }
    await expect(signer(client, image)).rejects.toThrow('Rekor answered 404')
    expect(asked).toEqual(['POST /api/v1/log/entries', 'GET /api/v1/log/entries/24296fb2'])
  })

  const sentinel = 'sentinel-of-the-answer'
  test.for<readonly [string, string, number, string, string]>([
    ['Fulcio', '/api/v2/signingCert', 500, '{}', 'answered 500, 3 times'],
    ['Fulcio', '/api/v2/signingCert', 400, '{"message":"bad issuer"}', 'answered 400: bad issuer'],
    ['Fulcio', '/api/v2/signingCert', 307, '{}', 'answered 307'],
    ['Fulcio', '/api/v2/signingCert', 200, '<html>', 'without a certificate'],
    ['Fulcio', '/api/v2/signingCert', 200, 'x'.repeat(2_000_000), 'more than 1048576 bytes'],
    ['Rekor', '/api/v1/log/entries', 502, '{}', 'answered 502, 3 times'],
    ['Rekor', '/api/v1/log/entries', 201, '{}', 'without an entry'],
    ['Rekor', '/api/v1/log/entries', 201, `{"${sentinel}":{"body":1}}`, 'without an entry'],
  ])('%s: %s %i is one clear error', async ([party, path, status, body, says]) => {
    const { host, client, sigstore, signer } = await openKeylessRig()
    const image = await pushSample(client, host)
    sigstore.interceptor.intercept = (seen) => {
      if (seen.path !== path) return undefined
      const headers = { location: `${sigstore.url}/elsewhere`, 'content-type': 'application/json' }
      return { kind: 'answer', status, body, headers }
    }
    const error = await toError(signer(client, image))
    expect(error.message).toContain('SERVICEX_SIGNING_FAILED')
    expect(error.message).toContain(party)
    expect(error.message).toContain(says)
    expect(await readBundles(client, image)).toEqual([])
    expect(toCalls(sigstore).some((call) => call.includes('/elsewhere'))).toBe(false)
  })

  test('a certificate of another key, and the entry of another signature, are not taken', async () => {
    const { host, client, sigstore, signer } = await openKeylessRig()
    const image = await pushSample(client, host)
    const replays = new Map<string, string>()
    const { certificate, entry } = await readAnswers(sigstore)
    replays.set('/api/v2/signingCert', certificate)
    const intercept = ({ path }: { readonly path: string }) =>
      replays.has(path)
        ? ({ kind: 'answer', status: 201, body: replays.get(path)! } as const)
        : undefined
    sigstore.interceptor.intercept = intercept
    expect((await toError(signer(client, image))).message).toContain('a certificate of another key')
    replays.clear()
    replays.set('/api/v1/log/entries', entry)
    expect((await toError(signer(client, image))).message).toContain(
      'the entry of another signature',
    )
    expect(await readBundles(client, image)).toEqual([])
  })

  test.each(['of the CI', 'of a variable'])(
    'nobody who answers with the token %s gets it printed',
    async (origin) => {
      const { host, client, sigstore } = await openKeylessRig()
      const token = toToken()
      const said = { message: `no: ${token}` }
      sigstore.interceptor.intercept = ({ path }) =>
        path.startsWith('/token')
          ? { kind: 'answer', status: 200, body: JSON.stringify({ value: token }) }
          : { kind: 'answer', status: 401, body: JSON.stringify(said) }
      const env = origin === 'of the CI' ? sigstore.jobEnv : { SIGSTORE_ID_TOKEN: token }
      const signer = await openSigner(sigstore, env)
      const error = await toError(signer(client, await pushSample(client, host)))
      expect(error.message).toContain('answered 401: no: ')
      expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain(
        token.slice(0, 20),
      )
    },
  )
})

describeReal("Debian's docker-registry", 'docker-registry', startDockerRegistry, (registry) => {
  test('keeps a keyless signature where cosign looks for it', async () => {
    const { client, sigstore, signer } = await openKeylessRig()
    const image = await pushSample(client, registry().host)
    await signer(client, image)
    const [found] = await client.listReferrers(image, image.digest)
    expect(found).toMatchObject({
      artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      annotations: {
        'dev.sigstore.bundle.content': 'dsse-envelope',
        'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1',
      },
    })
    sigstore.verify((await readBundles(client, image))[0]!, POLICY)
  })
})

/** What Fulcio and Rekor say to somebody else. */
async function readAnswers({
  url,
}: FakeSigstore): Promise<{ readonly certificate: string; readonly entry: string }> {
  const redactor = new Redactor()
  const asking = { proxy: {}, timeoutMs: 5000, redactor, retry: RETRY }
  const identity = { token: toToken({ sub: 'me' }), subject: 'me' }
  const { certificate, privateKey } = await certify(asking, url, identity)
  const payload = Buffer.from('{}').toString('base64')
  const signature = sign('sha256', Buffer.from('{}'), privateKey).toString('base64')
  const envelope = toEnvelope({ payload, signature })
  const entry = await logSignature(asking, url, { envelope, certificate })
  const chain = { certificates: [certificate.toString()] }
  return {
    certificate: JSON.stringify({ signedCertificateEmbeddedSct: { chain } }),
    entry: JSON.stringify({ id: entry }),
  }
}
