import { buffer } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Artifact } from '../../../tooling/apply/registry/artifact.ts'
import { toArtifact } from '../../../tooling/apply/registry/artifact.ts'
import { pushImage } from '../../../tooling/apply/registry/push-image.ts'
import type { RegistryClient } from '../../../tooling/apply/registry/registry-client.ts'
import { toManifest } from '../../../tooling/plan/image/oci-json.ts'
import { openFakeRegistry } from '../../fakes/fake-registry.ts'
import { describeReal } from '../../real/describe-real.ts'
import { startDockerRegistry } from '../../real/docker-registry.ts'
import type { SampleImage } from './sample-image.ts'
import { toPush, toSampleImage } from './sample-image.ts'
import { openTestClient } from './test-client.ts'

const TYPE = 'application/vnd.cyclonedx+json'

describe.each([true, false])('documents about an image, referrers API: %s', (hasReferrers) => {
  test('are listed by their image, and read back whole', async () => {
    const registry = await openFakeRegistry({ hasReferrers })
    onTestFinished(() => registry.close())
    await pushAndReadBack(registry.host)
    const path = hasReferrers ? '/referrers/' : '/manifests/sha256-'
    expect(registry.interceptor.seen.some((request) => request.path.includes(path))).toBe(true)
  })

  test('are there before the tag is', async () => {
    const registry = await openFakeRegistry({ hasReferrers })
    onTestFinished(() => registry.close())
    await pushAndReadBack(registry.host)
    const puts = registry.interceptor.seen.filter(({ method }) => method === 'PUT')
    expect(puts.at(-1)?.path).toBe('/v2/app/manifests/one')
  })

  test('stand beside each other, each once, however often they are pushed', async () => {
    const registry = await openFakeRegistry({ hasReferrers })
    onTestFinished(() => registry.close())
    const client = openClient()
    const target = { registry: registry.host, repository: 'app', tag: 'one' }
    const image = toSampleImage('app')
    const artifacts = ['one', 'two'].map((text) => toSbom(image, text))
    for (const part of [artifacts.slice(0, 1), artifacts, artifacts])
      await pushImage(client, { ...toPush(image, target), artifacts: part })
    const listed = await client.listReferrers(target, image.manifest.descriptor.digest)
    expect(listed.map(({ digest }) => digest).toSorted()).toEqual(
      artifacts.map(({ manifest }) => manifest.descriptor.digest).toSorted(),
    )
  })
})

test('a list of several pages is read to its end', async () => {
  const registry = await openFakeRegistry()
  onTestFinished(() => registry.close())
  const page = (name: string, next?: string): object => ({
    kind: 'answer',
    status: 200,
    headers: next === undefined ? {} : { link: `<${next}>; rel="next"` },
    body: JSON.stringify({ manifests: [toSampleImage(name).manifest.descriptor] }),
  })
  registry.interceptor.intercept = ({ path }) =>
    (path.endsWith('?page=2') ? page('b') : page('a', '/v2/app/referrers/x?page=2')) as never
  const subject = toSampleImage('app').manifest.descriptor.digest
  const target = { registry: registry.host, repository: 'app' }
  expect(await openClient().listReferrers(target, subject)).toHaveLength(2)
})

describeReal('a real registry', 'docker-registry', startDockerRegistry, (registry) => {
  test('keeps documents about an image', () => pushAndReadBack(registry().host))
})

async function pushAndReadBack(registry: string): Promise<void> {
  const client = openClient()
  const target = { registry, repository: 'app', tag: 'one' }
  const image = toSampleImage('app')
  const artifact = toSbom(image, '{"bomFormat":"CycloneDX"}')
  const push = { ...toPush(image, target), artifacts: [artifact] }
  await pushImage(client, push)

  const [listed, ...more] = await client.listReferrers(target, image.manifest.descriptor.digest)
  expect(more).toEqual([])
  expect(listed).toMatchObject({ artifactType: TYPE, digest: artifact.manifest.descriptor.digest })
  const stored = await client.readManifest({ registry, repository: 'app', digest: listed!.digest })
  const { layers } = toManifest({ where: 'the SBOM', value: stored.json })
  const content = await buffer(client.openBlob(target, layers[0]!))
  expect(content.toString()).toBe('{"bomFormat":"CycloneDX"}')
}

function toSbom({ manifest }: SampleImage, text: string): Artifact {
  return toArtifact({
    type: TYPE,
    bytes: Buffer.from(text),
    title: 'sbom.cdx.json',
    created: '2026-01-01T00:00:00Z',
    subject: manifest.descriptor,
  })
}

function openClient(): RegistryClient {
  const client = openTestClient()
  onTestFinished(() => client.close())
  return client
}
