import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { pushImage } from '../../../tooling/apply/registry/push-image.ts'
import type { RetryPolicy } from '../../../tooling/apply/registry/retry.ts'
import { DEFAULT_RETRY, SYSTEM_CLOCK } from '../../../tooling/apply/registry/retry.ts'
import type { Interception } from '../../fakes/interception.ts'
import type { RegistryProxy } from '../../fakes/registry-proxy.ts'
import { openRegistryProxy } from '../../fakes/registry-proxy.ts'
import { describeReal } from '../../real/describe-real.ts'
import { startDockerRegistry } from '../../real/docker-registry.ts'
import { toBlob, toIndexPush, toSampleImage } from './sample-image.ts'
import { openTestClient } from './test-client.ts'

const FAULTS: readonly (readonly [name: string, fault: Interception])[] = [
  ['an error', { kind: 'answer', status: 503, body: '{"errors":[]}' }],
  ['a reset', { kind: 'reset' }],
  ['a lost answer', { kind: 'lose' }],
  ['no answer', { kind: 'hang' }],
]

const ONE_TRY: RetryPolicy = { ...DEFAULT_RETRY, attempts: 1 }
const PATIENT: RetryPolicy = { ...DEFAULT_RETRY, firstDelayMs: 10 }

/** A disturbed push gives up soon; one that nobody disturbs has all the time of a busy machine. */
const IDLE_MS = { disturbed: 1_000, quiet: 25_000 }

/** An index of two images, one blob of which goes in parts: all that a push can do. */
const IMAGES = {
  amd64: toSampleImage('amd64'),
  arm64: toSampleImage('arm64', { architecture: 'arm64' }),
}
const LONG = toBlob(Buffer.alloc(2500, 7))
const LIMITS = { wholeBytes: 2000, chunkBytes: 1000 }

describeReal('a push that is disturbed', 'docker-registry', startDockerRegistry, (registry) => {
  let requestCount = 0

  beforeAll(async () => {
    const proxy = await openRegistryProxy(registry().host)
    await push(proxy, { repository: 'counted', policy: ONE_TRY, idleMs: IDLE_MS.quiet })
    requestCount = proxy.interceptor.seen.length
    await proxy.close()
  })

  test('makes some twenty requests when it is not', () => {
    expect(requestCount).toBeGreaterThan(15)
    expect(requestCount).toBeLessThan(40)
  })

  describe.each(FAULTS)('by %s, at each request in turn,', { timeout: 180_000 }, (name, fault) => {
    test('gets through by trying again', async () => {
      await forEachRequest(requestCount, async (at) => {
        const proxy = await openProxy(registry().host, { at, fault })
        const repository = toRepository('again', name, at)
        const digest = await push(proxy, { repository, policy: PATIENT })
        expect(await readTag(proxy, repository), `at request ${at}`).toBe(digest)
      })
    })

    test('fails when it may not try again; the next run completes it, and the tag names nothing else', async () => {
      await forEachRequest(requestCount, async (at) => {
        const proxy = await openProxy(registry().host, { at, fault })
        const repository = toRepository('rerun', name, at)
        await push(proxy, { repository, policy: ONE_TRY }).catch(() => undefined)
        proxy.interceptor.intercept = () => undefined
        const left = await readTag(proxy, repository)
        const digest = await push(proxy, {
          repository,
          policy: ONE_TRY,
          idleMs: IDLE_MS.quiet,
        })
        expect([undefined, digest], `at request ${at}`).toContain(left)
        expect(await readTag(proxy, repository), `at request ${at}`).toBe(digest)
      })
    })
  })

  test('by a registry that stays away fails, and says how often it was tried', async () => {
    const proxy = await openRegistryProxy(registry().host)
    onTestFinished(() => proxy.close())
    proxy.interceptor.intercept = () => ({ kind: 'reset' })
    await expect(push(proxy, { repository: 'away', policy: PATIENT })).rejects.toMatchObject({
      code: 'SERVICEX_REGISTRY_UNREACHABLE',
      message: expect.stringMatching(/, 5 times: /),
    })
  })
})

interface PushOptions {
  readonly repository: string
  readonly policy: RetryPolicy
  readonly idleMs?: number
}

/** Some at a time: most of them wait for an answer that does not come. */
async function forEachRequest(count: number, check: (at: number) => Promise<void>): Promise<void> {
  const indexes = Array.from({ length: count }, (_, at) => at)
  const worker = async (): Promise<void> => {
    for (let at = indexes.shift(); at !== undefined; at = indexes.shift()) await check(at)
  }
  await Promise.all(Array.from({ length: 12 }, worker))
}

async function push(
  proxy: RegistryProxy,
  { repository, policy, idleMs = IDLE_MS.disturbed }: PushOptions,
): Promise<string> {
  const client = openTestClient({
    retry: policy,
    clock: SYSTEM_CLOCK,
    idleMs,
    uploadLimits: LIMITS,
  })
  const target = { registry: proxy.host, repository, tag: 'one' }
  try {
    const image = toIndexPush(IMAGES, target)
    const { digest } = await pushImage(client, { ...image, blobs: [...image.blobs, LONG] })
    return digest
  } finally {
    client.close()
  }
}

async function openProxy(
  host: string,
  { at, fault }: { readonly at: number; readonly fault: Interception },
): Promise<RegistryProxy> {
  const proxy = await openRegistryProxy(host)
  onTestFinished(() => proxy.close())
  proxy.interceptor.intercept = ({ index }) => (index === at ? fault : undefined)
  return proxy
}

async function readTag(proxy: RegistryProxy, repository: string): Promise<string | undefined> {
  const client = openTestClient()
  const found = await client.resolve({ registry: proxy.host, repository, tag: 'one' })
  client.close()
  return found?.digest
}

function toRepository(...parts: readonly (string | number)[]): string {
  return parts.join('/').replaceAll(' ', '-')
}
