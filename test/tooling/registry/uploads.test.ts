import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { FakeRegistry, FakeRegistryOptions } from '../../fakes/fake-registry.ts'
import { openFakeRegistry } from '../../fakes/fake-registry.ts'
import { toBlob, toSampleImage } from './sample-image.ts'
import { openTestClient } from './test-client.ts'

const LIMITS = { wholeBytes: 20_000, chunkBytes: 10_000 }
const SHORT = toBlob(randomBytes(15_000))
const LONG = toBlob(randomBytes(35_000))

describe('a blob', () => {
  test('goes in two requests when it is short, and in parts when it is long', async () => {
    const { registry, client } = await open()
    expect(await client.writeBlob(toTarget(registry), SHORT)).toBe('uploaded')
    expect(methodsOf(registry)).toEqual(['HEAD', 'POST', 'PUT'])
    registry.interceptor.seen.length = 0
    await client.writeBlob(toTarget(registry), LONG)
    expect(methodsOf(registry)).toEqual(['HEAD', 'POST', 'PATCH', 'PATCH', 'PATCH', 'PATCH', 'PUT'])
  })

  test('goes whole to a registry that takes no parts', async () => {
    const { registry, client } = await open({ takesParts: false })
    expect(await client.writeBlob(toTarget(registry), LONG)).toBe('uploaded')
    expect(await client.hasBlob(toTarget(registry), LONG.descriptor.digest)).toBe(true)
  })

  test('goes in parts past a proxy that takes no long bodies', async () => {
    const { registry, client } = await open({ maxBodyBytes: 12_000 })
    expect(await client.writeBlob(toTarget(registry), SHORT)).toBe('uploaded')
    expect(await client.hasBlob(toTarget(registry), SHORT.descriptor.digest)).toBe(true)
  })

  test('that nobody takes in any form is an error that says why', async () => {
    const { registry, client } = await open({ maxBodyBytes: 100 })
    await expect(client.writeBlob(toTarget(registry), SHORT)).rejects.toMatchObject({
      code: 'SERVICEX_REGISTRY_FAILED',
      message: expect.stringContaining('answered 413'),
    })
  })

  test('keeps the address of its upload as the registry wrote it', async () => {
    const { registry, client } = await open()
    await client.writeBlob(toTarget(registry), SHORT)
    const put = registry.interceptor.seen.find(({ method }) => method === 'PUT')
    expect(put?.path).toContain('?state=signed%2Bstate&digest=sha256%3A')
  })

  test('of parts goes on where the registry has come to, not from the start', async () => {
    const { registry, client } = await open()
    let patches = 0
    registry.interceptor.intercept = ({ method }) => {
      if (method !== 'PATCH') return undefined
      patches += 1
      // The second part arrives, and its answer does not.
      return patches === 2 ? { kind: 'lose' } : undefined
    }
    await client.writeBlob(toTarget(registry), LONG)
    const starts = registry.interceptor.seen
      .filter(({ method }) => method === 'PATCH')
      .map(({ headers }) => headers['content-range'])
    expect(starts).toEqual(['0-9999', '10000-19999', '20000-29999', '30000-34999'])
  })

  test('whose last answer is lost is not sent again', async () => {
    const { registry, client } = await open()
    registry.interceptor.intercept = ({ method }) =>
      method === 'PUT' ? { kind: 'lose' } : undefined
    await client.writeBlob(toTarget(registry), SHORT)
    expect(methodsOf(registry)).toEqual(['HEAD', 'POST', 'PUT', 'HEAD'])
  })

  test('whose upload is forgotten is sent anew', async () => {
    const { registry, client } = await open()
    let patches = 0
    registry.interceptor.intercept = ({ method }) => {
      if (method === 'PATCH') patches += 1
      return method === 'PATCH' && patches === 3 ? { kind: 'answer', status: 404 } : undefined
    }
    expect(await client.writeBlob(toTarget(registry), LONG)).toBe('uploaded')
    expect(await client.hasBlob(toTarget(registry), LONG.descriptor.digest)).toBe(true)
  })

  test('is uploaded where it cannot be mounted', async () => {
    const { registry, client } = await open({ mounts: false })
    await client.writeBlob({ registry: registry.host, repository: 'base' }, SHORT)
    const from = { registry: registry.host, repository: 'base' }
    const outcome = await client.writeBlob(toTarget(registry), { ...SHORT, from })
    expect(outcome).toBe('uploaded')
    // The upload that the mount has opened is used.
    const posts = registry.interceptor.seen.filter(({ method }) => method === 'POST')
    expect(posts).toHaveLength(2)
  })

  test.for([401, 403, 404, 405, 500])(
    'is uploaded where a mount is refused: %s',
    async (status) => {
      const { registry, client } = await open()
      await client.writeBlob({ registry: registry.host, repository: 'base' }, SHORT)
      registry.interceptor.intercept = ({ path }) =>
        path.includes('mount=') ? { kind: 'answer', status } : undefined
      const from = { registry: registry.host, repository: 'base' }
      expect(await client.writeBlob(toTarget(registry), { ...SHORT, from })).toBe('uploaded')
    },
  )

  test('without content, and not where it is said to be, is an error', async () => {
    const { registry, client } = await open()
    const from = { registry: registry.host, repository: 'elsewhere' }
    const { descriptor } = toBlob(randomBytes(10))
    await expect(client.writeBlob(toTarget(registry), { descriptor, from })).rejects.toMatchObject({
      code: 'SERVICEX_IMAGE_NOT_FOUND',
    })
  })

  test('that breaks off while it is read goes on where it broke', async () => {
    const { registry, client } = await open()
    await client.writeBlob(toTarget(registry), LONG)
    const content = await buffer(LONG.open(0))
    registry.interceptor.seen.length = 0
    registry.interceptor.intercept = ({ index }) =>
      index === 0
        ? {
            kind: 'answer',
            status: 200,
            // The connection ends early: more was announced.
            headers: { 'content-length': '35000', connection: 'close' },
            body: content.subarray(0, 1000),
          }
        : undefined
    const read = await buffer(client.openBlob(toTarget(registry), LONG.descriptor))
    expect(read.equals(content)).toBe(true)
    const ranges = registry.interceptor.seen.map(({ headers }) => headers.range)
    expect(ranges).toEqual([undefined, 'bytes=1000-'])
  })
})

test('a registry that knows no HEAD for manifests is asked by GET', async () => {
  const { registry, client } = await open()
  const { manifest } = toSampleImage('a')
  await client.writeManifest(toTarget(registry), manifest, 'one')
  registry.interceptor.intercept = ({ method }) =>
    method === 'HEAD' ? { kind: 'answer', status: 405 } : undefined
  expect(await client.resolve({ ...toTarget(registry), tag: 'one' })).toMatchObject({
    digest: manifest.descriptor.digest,
  })
})

test('at most six blobs go at a time', async () => {
  const { registry, client } = await open()
  const allOpen = Promise.withResolvers<number>()
  let openCount = 0
  const sources = Array.from({ length: 20 }, (_, at) => {
    const blob = toBlob(Buffer.from(`blob ${at}`))
    const wait = async function* (): AsyncGenerator<Buffer> {
      openCount += 1
      if (openCount === 6) allOpen.resolve(registry.interceptor.seen.length)
      await allOpen.promise
      yield* blob.open(0) as AsyncIterable<Buffer>
    }
    return { descriptor: blob.descriptor, open: () => Readable.from(wait()) }
  })
  const writing = sources.map((source) => client.writeBlob(toTarget(registry), source))
  await allOpen.promise
  const heads = registry.interceptor.seen.filter(({ method }) => method === 'HEAD')
  expect(heads).toHaveLength(6)
  await Promise.all(writing)
})

async function open(
  options: FakeRegistryOptions = {},
): Promise<{ registry: FakeRegistry; client: ReturnType<typeof openTestClient> }> {
  const registry = await openFakeRegistry(options)
  const client = openTestClient({ uploadLimits: LIMITS })
  onTestFinished(() => registry.close())
  onTestFinished(() => client.close())
  return { registry, client }
}

function toTarget({ host }: FakeRegistry): { registry: string; repository: string } {
  return { registry: host, repository: 'app' }
}

function methodsOf({ interceptor }: FakeRegistry): string[] {
  return interceptor.seen.map(({ method }) => method)
}
