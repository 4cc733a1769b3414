import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { pullImage } from '../../../tooling/apply/registry/pull-image.ts'
import { pushImage } from '../../../tooling/apply/registry/push-image.ts'
import type { RegistryClient } from '../../../tooling/apply/registry/registry-client.ts'
import { findBinary } from '../../real/binary.ts'
import { describeReal } from '../../real/describe-real.ts'
import { REGISTRY_USER, startDockerRegistry } from '../../real/docker-registry.ts'
import { toBlob, toIndexPush, toPush, toSampleImage } from './sample-image.ts'
import { openTestClient, withCredentials } from './test-client.ts'

const run = promisify(execFile)
const AMD64 = { os: 'linux', architecture: 'amd64' }

describeReal('a real registry', 'docker-registry', startDockerRegistry, (registry) => {
  const targetOf = (repository: string, tag = 'one') => ({
    registry: registry().host,
    repository,
    tag,
  })

  test('gives back what was pushed', async () => {
    const client = openClient()
    const image = toSampleImage('round-trip')
    const outcome = await pushImage(client, toPush(image, targetOf('round/trip')))
    expect(outcome.digest).toBe(image.manifest.descriptor.digest)
    expect(outcome.blobs.map((blob) => blob.outcome)).toEqual(['uploaded', 'uploaded'])

    const pulled = await pullImage(client, targetOf('round/trip'), AMD64)
    expect(pulled.root.digest).toBe(outcome.digest)
    expect(pulled.config.config?.Cmd).toEqual(['/round-trip'])
    const [layer] = pulled.manifest.layers
    expect(await buffer(client.openBlob(targetOf('round/trip'), layer!))).toHaveLength(layer!.size)
  })

  test('is told once of what it has', async () => {
    const client = openClient()
    const push = toPush(toSampleImage('twice'), targetOf('twice'))
    await pushImage(client, push)
    const outcome = await pushImage(client, push)
    expect(outcome.blobs.map((blob) => blob.outcome)).toEqual(['present', 'present'])
  })

  test('a tag that names another image is not moved', async () => {
    const client = openClient()
    const first = toSampleImage('first')
    await pushImage(client, toPush(first, targetOf('kept')))
    await expect(
      pushImage(client, toPush(toSampleImage('second'), targetOf('kept'))),
    ).rejects.toMatchObject({ code: 'SERVICEX_IMAGE_TAG_TAKEN' })
    expect((await client.resolve(targetOf('kept')))?.digest).toBe(first.manifest.descriptor.digest)
  })

  test('layers of another repository are mounted, of another registry streamed', async () => {
    const client = openClient()
    const base = toSampleImage('base')
    await pushImage(client, toPush(base, targetOf('base/node')))
    const [layer] = base.layers
    const source = { descriptor: layer!, from: targetOf('base/node') }
    expect(await client.writeBlob(targetOf('app'), source)).toBe('mounted')

    const other = await startDockerRegistry()
    onTestFinished(() => other?.close())
    const away = { registry: other!.host, repository: 'app' }
    expect(await client.writeBlob(away, source)).toBe('copied')
    expect(await client.hasBlob(away, layer!.digest)).toBe(true)
  })

  test('a long blob goes in parts, and is whole', async () => {
    const client = openTestClient({ uploadLimits: { wholeBytes: 1000, chunkBytes: 100_000 } })
    onTestFinished(() => client.close())
    const blob = toBlob(randomBytes(350_001))
    expect(await client.writeBlob(targetOf('long'), blob)).toBe('uploaded')
    const content = await buffer(client.openBlob(targetOf('long'), blob.descriptor))
    expect(toBlob(content).descriptor.digest).toBe(blob.descriptor.digest)
  })

  test('content that is not what its digest says is not taken', async () => {
    const client = openClient()
    const { descriptor } = toBlob(Buffer.from('as promised'))
    const { open } = toBlob(Buffer.from('as deliver!'))
    await expect(client.writeBlob(targetOf('wrong'), { descriptor, open })).rejects.toMatchObject({
      code: 'SERVICEX_IMAGE_DIGEST_MISMATCH',
    })
    expect(await client.hasBlob(targetOf('wrong'), descriptor.digest)).toBe(false)
  })

  describe.skipIf(findBinary('skopeo') === undefined)(
    `skopeo${findBinary('skopeo') === undefined ? ' (skipped: this machine has no skopeo)' : ''}`,
    () => {
      test('sees the image as we do', async () => {
        const client = openClient()
        const images = {
          amd64: toSampleImage('amd64'),
          arm64: toSampleImage('arm64', { architecture: 'arm64' }),
        }
        const { digest } = await pushImage(client, toIndexPush(images, targetOf('index')))
        const seen = await inspect(`docker://${registry().host}/index:one`)
        expect(seen).toMatchObject({ Digest: digest, Architecture: 'amd64', Os: 'linux' })
      })

      test('copies an image that we then read, from Docker format too', async () => {
        const client = openClient()
        await pushImage(client, toPush(toSampleImage('copied'), targetOf('copied')))
        for (const format of ['oci', 'v2s2']) {
          const to = targetOf('copied', format)
          await skopeo([
            'copy',
            '--quiet',
            '--src-tls-verify=false',
            '--dest-tls-verify=false',
            `--format=${format}`,
            `docker://${registry().host}/copied:one`,
            `docker://${registry().host}/copied:${format}`,
          ])
          const pulled = await pullImage(client, to, AMD64)
          expect(pulled.config.config?.Cmd).toEqual(['/copied'])
        }
      })
    },
  )
})

describeReal(
  'a real registry that asks for a password',
  'docker-registry',
  () => startDockerRegistry({ asksWho: true }),
  (registry) => {
    const target = () => ({ registry: registry().host, repository: 'private', tag: 'one' })

    test('takes what is pushed with the right one', async () => {
      const environment = withCredentials({ [registry().host]: REGISTRY_USER })
      const client = openTestClient({ environment })
      onTestFinished(() => client.close())
      const image = toSampleImage('private')
      await pushImage(client, toPush(image, target()))
      expect((await client.resolve(target()))?.digest).toBe(image.manifest.descriptor.digest)
    })

    test('without one, the error says where was looked', async () => {
      const environment = withCredentials({ 'other.example': REGISTRY_USER })
      const client = openTestClient({ environment })
      onTestFinished(() => client.close())
      const error = await client.resolve(target()).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        code: 'SERVICEX_REGISTRY_DENIED',
        message: expect.stringContaining(
          `looked in DOCKER_AUTH_CONFIG: no entry for ${registry().host}`,
        ),
      })
    })

    test('with a wrong one, the error names its source and not the password', async () => {
      const wrong = { username: 'pusher', password: 'sentinel-9f2c-Ünïcode' }
      const client = openTestClient({ environment: withCredentials({ [registry().host]: wrong }) })
      onTestFinished(() => client.close())
      const error = (await client.resolve(target()).catch((thrown: unknown) => thrown)) as Error
      expect(error.message).toContain('with the credentials of DOCKER_AUTH_CONFIG')
      expect(error.message).not.toContain('sentinel')
    })
  },
)

function openClient(): RegistryClient {
  const client = openTestClient()
  onTestFinished(() => client.close())
  return client
}

async function inspect(reference: string): Promise<unknown> {
  return JSON.parse(await skopeo(['inspect', '--tls-verify=false', reference]))
}

async function skopeo(words: readonly string[]): Promise<string> {
  const { stdout } = await run('skopeo', ['--insecure-policy', ...words])
  return stdout
}
