import { buffer } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { pushImage } from '../../../tooling/apply/registry/push-image.ts'
import type { RegistryClient } from '../../../tooling/apply/registry/registry-client.ts'
import { MEDIA_TYPES } from '../../../tooling/plan/image/oci.ts'
import type { FakeRegistry } from '../../fakes/fake-registry.ts'
import { openFakeRegistry } from '../../fakes/fake-registry.ts'
import { openHttpServer } from '../../fakes/http-server.ts'
import type { Intercept } from '../../fakes/interception.ts'
import { Interceptor } from '../../fakes/interception.ts'
import { openTokenServer, toGuard } from '../../fakes/token-server.ts'
import { toBlob, toDigest, toManifestBytes, toPush, toSampleImage } from './sample-image.ts'
import { openTestClient, withCredentials } from './test-client.ts'

const CI = { username: 'ci', password: 'sentinel-password' }
const SECRETS = new RegExp(
  ['sentinel', Buffer.from('ci:sentinel-password').toString('base64'), 'tok-'].join('|'),
)

describe('credentials stay with the registry', () => {
  test('a token server on another host gets nothing, unless the settings name it', async () => {
    const registry = await openRegistry()
    const evil = await openTokenServer({ users: { ci: CI.password } })
    onTestFinished(() => evil.close())
    // The registry is 127.0.0.1: by name, `localhost` is another host.
    const realm = evil.url.replace('127.0.0.1', 'localhost')
    registry.interceptor.intercept = toGuard(evil, { realm })
    await expect(openClient(registry).resolve(toTarget(registry))).rejects.toMatchObject({
      code: 'SERVICEX_REGISTRY_UNSAFE',
      fix: expect.stringContaining('registryTokenHosts'),
    })
    expect(evil.interceptor.seen).toEqual([])

    const host = evil.host.replace('127.0.0.1', 'localhost')
    const told = openClient(registry, { tokenHosts: { [registry.host]: host } })
    expect(await told.resolve(toTarget(registry))).toBeUndefined()
    expect(evil.interceptor.seen).toHaveLength(1)
  })

  test('a token server that redirects does not get them sent on', async () => {
    const registry = await openRegistry()
    const [evil, tokens] = [await openEvil(), await openTokenServer()]
    onTestFinished(() => tokens.close())
    registry.interceptor.intercept = toGuard(tokens)
    tokens.interceptor.intercept = () => redirectTo(`${evil.url}/token`)
    await expect(openClient(registry).resolve(toTarget(registry))).rejects.toMatchObject({
      code: 'SERVICEX_REGISTRY_FAILED',
    })
    expect(evil.interceptor.seen).toEqual([])
  })

  test('a redirect to another host is followed without them', async () => {
    const registry = await openRegistry()
    const content = Buffer.from('a layer')
    const storage = await openEvil(() => ({ kind: 'answer', status: 200, body: 'a layer' }))
    registry.interceptor.intercept = asksForBasic(() => redirectTo(`${storage.url}/signed?x=1`))
    const { descriptor } = toBlob(content)
    const read = await buffer(openClient(registry).openBlob(toTarget(registry), descriptor))
    expect(read).toEqual(content)
    expect(storage.interceptor.seen).toHaveLength(1)
    expect(JSON.stringify(storage.interceptor.seen)).not.toMatch(SECRETS)
  })

  test.for([() => 'Basic realm="give it to me"', (url: string) => `Bearer realm="${url}/token"`])(
    'a challenge of whoever a redirect leads to is not answered: %s',
    async (toText) => {
      const registry = await openRegistry()
      const evil = await openEvil(() => challenge(toText(evil.url)))
      registry.interceptor.intercept = asksForBasic(() => redirectTo(`${evil.url}/v2/`))
      await expect(openClient(registry).resolve(toTarget(registry))).rejects.toMatchObject({
        code: 'SERVICEX_REGISTRY_DENIED',
      })
      expect(evil.interceptor.seen).toHaveLength(1)
      expect(JSON.stringify(evil.interceptor.seen)).not.toMatch(SECRETS)
    },
  )

  test('an upload location on another host gets the content without them', async () => {
    const registry = await openRegistry()
    const evil = await openEvil(() => ({ kind: 'answer', status: 201 }))
    registry.interceptor.intercept = asksForBasic(({ method }) =>
      method === 'POST'
        ? { kind: 'answer', status: 202, headers: { location: `${evil.url}/put?state=1` } }
        : undefined,
    )
    const outcome = await openClient(registry).writeBlob(toTarget(registry), toBlob(Buffer.of(1)))
    expect(outcome).toBe('uploaded')
    expect(evil.interceptor.seen.map(({ method }) => method)).toEqual(['PUT'])
    expect(JSON.stringify(evil.interceptor.seen)).not.toMatch(SECRETS)
  })

  test('the next page of a list on another host is read without them', async () => {
    const registry = await openRegistry()
    const evil = await openEvil(() => ({ kind: 'answer', status: 200, body: '{"manifests":[]}' }))
    registry.interceptor.intercept = asksForBasic(() => ({
      kind: 'answer',
      status: 200,
      headers: { link: `<${evil.url}/more>; rel="next"` },
      body: '{"manifests":[]}',
    }))
    const subject = toDigest(Buffer.of(1))
    expect(await openClient(registry).listReferrers(toTarget(registry), subject)).toEqual([])
    expect(JSON.stringify(evil.interceptor.seen)).not.toMatch(SECRETS)
  })

  test('what writes is not redirected, and what reads not for ever', async () => {
    const registry = await openRegistry()
    const client = openClient(registry)
    registry.interceptor.intercept = ({ method }) =>
      method === 'POST' ? redirectTo('/v2/app/blobs/uploads/') : undefined
    await expect(client.writeBlob(toTarget(registry), toBlob(Buffer.of(1)))).rejects.toMatchObject({
      code: 'SERVICEX_REGISTRY_UNSAFE',
    })
    registry.interceptor.intercept = ({ path }) => redirectTo(path)
    await expect(client.resolve(toTarget(registry))).rejects.toMatchObject({
      code: 'SERVICEX_REGISTRY_UNSAFE',
    })
  })
})

describe('what a registry says is not believed', () => {
  test('a blob with a wrong byte, too many or too few is not used', async () => {
    const registry = await openRegistry()
    const client = openClient(registry)
    const content = Buffer.from('the right content')
    const { descriptor } = toBlob(content)
    const wrong = ['the wrong content', 'the right content!', 'the right conten']
    for (const body of wrong) {
      registry.blobs.set(`app/${descriptor.digest}`, Buffer.from(body))
      const read = buffer(client.openBlob(toTarget(registry), descriptor))
      await expect(read, body).rejects.toThrow()
    }
    expect(client.waitsMs.length).toBeLessThan(10)
  })

  test('a manifest that is not what its digest or its header names is not used', async () => {
    const registry = await openRegistry()
    const client = openClient(registry)
    const image = toSampleImage('a')
    await pushImage(client, toPush(image, toTarget(registry)))
    const { digest } = image.manifest.descriptor
    const altered = { bytes: Buffer.from('{"layers":[]}'), mediaType: MEDIA_TYPES.manifest }
    registry.manifests.set(`app/${digest}`, altered)
    await expect(
      client.readManifest({ registry: registry.host, repository: 'app', digest }),
    ).rejects.toMatchObject({ code: 'SERVICEX_IMAGE_DIGEST_MISMATCH' })
    registry.interceptor.intercept = () => ({
      kind: 'answer',
      status: 200,
      headers: { 'docker-content-digest': digest, 'content-type': MEDIA_TYPES.manifest },
      body: '{"layers":[]}',
    })
    await expect(client.readManifest(toTarget(registry))).rejects.toMatchObject({
      code: 'SERVICEX_IMAGE_DIGEST_MISMATCH',
    })
  })

  test('a write that is confirmed under another digest is an error', async () => {
    const registry = await openRegistry()
    const other = toDigest(Buffer.from('other'))
    registry.interceptor.intercept = ({ method }) =>
      method === 'PUT'
        ? { kind: 'answer', status: 201, headers: { 'docker-content-digest': other } }
        : undefined
    const client = openClient(registry)
    const mismatch = { code: 'SERVICEX_IMAGE_DIGEST_MISMATCH' }
    await expect(client.writeBlob(toTarget(registry), toBlob(Buffer.of(1)))).rejects.toMatchObject(
      mismatch,
    )
    const { manifest } = toSampleImage('a')
    await expect(client.writeManifest(toTarget(registry), manifest, 'one')).rejects.toMatchObject(
      mismatch,
    )
  })

  const config = { mediaType: MEDIA_TYPES.config, digest: toDigest(Buffer.of(1)), size: 1 }
  test.for<readonly [string, unknown, string]>([
    ['both an image and an index', { config, layers: [], manifests: [] }, MEDIA_TYPES.manifest],
    ['an index called an image', { manifests: [] }, MEDIA_TYPES.manifest],
    ['another thing inside', { mediaType: MEDIA_TYPES.index, layers: [] }, MEDIA_TYPES.manifest],
    ['no object', [1, 2], MEDIA_TYPES.manifest],
    [
      'of Docker’s first format',
      { layers: [] },
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
    ],
  ])('a manifest that is %s is refused', async ([, document, mediaType]) => {
    const registry = await openRegistry()
    const { bytes } = toManifestBytes(document, mediaType)
    registry.manifests.set('app/one', { bytes: Buffer.from(bytes), mediaType })
    await expect(openClient(registry).readManifest(toTarget(registry))).rejects.toMatchObject({
      code: 'SERVICEX_IMAGE_INVALID',
    })
  })

  test('an error text is one line, without controls, and without the secret it echoes', async () => {
    const registry = await openRegistry()
    registry.interceptor.intercept = asksForBasic(({ headers }) => ({
      kind: 'answer',
      status: 403,
      body: JSON.stringify({
        errors: [
          {
            code: 'DENIED\u001b[2J\u001b]0;PWN\u0007',
            message: `no\r\n\u202E${headers.authorization} ${CI.password} ${encodeURIComponent(CI.password)}`,
          },
        ],
      }),
    }))
    const error = (await openClient(registry)
      .resolve({ ...toTarget(registry), tag: 'two' })
      .catch((thrown: unknown) => thrown)) as Error
    expect(error.message).toContain('DENIED')
    expect(error.message).not.toMatch(SECRETS)
    expect(error.message).not.toMatch(/[^\n\P{C}]/u)
  })
})

describe('a registry that is busy', () => {
  test('is given the time it asks for, by seconds or by date', async () => {
    const registry = await openRegistry()
    const at = new Date(Date.now() + 5_000).toUTCString()
    const wishes = ['7', at, undefined]
    registry.interceptor.intercept = ({ index }) => {
      const wish = wishes[index]
      const headers = wish === undefined ? {} : { 'retry-after': wish }
      return index < 3 ? { kind: 'answer', status: 429, headers } : undefined
    }
    const client = openClient(registry)
    expect(await client.resolve(toTarget(registry))).toBeUndefined()
    const [first, second, third] = client.waitsMs
    expect([first, third]).toEqual([7_000, 1_200])
    expect(second).toBeGreaterThan(2_000)
    expect(second).toBeLessThanOrEqual(5_000)
  })

  test('for an hour is not waited for', async () => {
    const registry = await openRegistry()
    registry.interceptor.intercept = () => ({
      kind: 'answer',
      status: 429,
      headers: { 'retry-after': '3600' },
    })
    const client = openClient(registry)
    await expect(client.resolve(toTarget(registry))).rejects.toMatchObject({
      code: 'SERVICEX_REGISTRY_FAILED',
      message: expect.stringContaining('answered 429'),
    })
    expect(client.waitsMs).toEqual([])
  })
})

async function openRegistry(): Promise<FakeRegistry> {
  const registry = await openFakeRegistry()
  onTestFinished(() => registry.close())
  return registry
}

/** Somebody who is not the registry, on a port of their own. */
async function openEvil(
  intercept: Intercept = () => ({ kind: 'answer', status: 200 }),
): Promise<{ readonly url: string; readonly interceptor: Interceptor }> {
  const interceptor = new Interceptor(intercept)
  const server = await openHttpServer((request, response) => {
    interceptor.take(request, response)
  })
  onTestFinished(() => server.close())
  return { url: server.url, interceptor }
}

function openClient(
  registry: FakeRegistry,
  options: { readonly tokenHosts?: Readonly<Record<string, string>> } = {},
): RegistryClient & { readonly waitsMs: number[] } {
  const environment = withCredentials({ [registry.host]: CI })
  const client = openTestClient({ ...options, environment })
  onTestFinished(() => client.close())
  return client
}

function asksForBasic(then: Intercept): Intercept {
  return (request) =>
    request.headers.authorization === undefined
      ? challenge('Basic realm="registry"')
      : then(request)
}

function challenge(text: string): ReturnType<Intercept> {
  return { kind: 'answer', status: 401, headers: { 'www-authenticate': text } }
}

function redirectTo(location: string): ReturnType<Intercept> {
  return { kind: 'answer', status: 307, headers: { location } }
}

function toTarget(registry: FakeRegistry): { registry: string; repository: string; tag: string } {
  return { registry: registry.host, repository: 'app', tag: 'one' }
}
