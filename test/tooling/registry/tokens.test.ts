import { describe, expect, onTestFinished, test } from 'vitest'
import { pushImage } from '../../../tooling/apply/registry/push-image.ts'
import type { FakeRegistry } from '../../fakes/fake-registry.ts'
import { openFakeRegistry } from '../../fakes/fake-registry.ts'
import type { TokenServer, TokenServerOptions } from '../../fakes/token-server.ts'
import { openTokenServer, toGuard } from '../../fakes/token-server.ts'
import { toPush, toSampleImage } from './sample-image.ts'
import { BARE_ENVIRONMENT, openTestClient, withCredentials } from './test-client.ts'

const USERS = { ci: 'sentinel-password' }
const CI = { username: 'ci', password: 'sentinel-password' }

describe('a registry that wants tokens', () => {
  test('gets them from its token server; a push asks for one token', async () => {
    const { registry, tokens } = await openGuarded({ users: USERS })
    const client = openClient(withCredentials({ [registry.host]: CI }))
    await pushImage(client, toPush(toSampleImage('a'), toTarget(registry)))
    expect(tokens.interceptor.seen).toHaveLength(1)
    const { searchParams } = new URL(tokens.interceptor.seen[0]!.path, tokens.url)
    expect(searchParams.get('service')).toBe('registry')
    expect(searchParams.getAll('scope')).toEqual(['repository:app:pull,push'])
  })

  test('is read without credentials when its token server allows it', async () => {
    const { registry, tokens } = await openGuarded({ users: USERS })
    await fill(registry)
    const client = openClient(BARE_ENVIRONMENT)
    expect(await client.resolve(toTarget(registry))).toBeDefined()
    expect(tokens.interceptor.seen[0]?.headers.authorization).toBeUndefined()
  })

  test('takes a token under either of its two names', async () => {
    const { registry } = await openGuarded({ users: USERS, member: 'access_token' })
    const client = openClient(withCredentials({ [registry.host]: CI }))
    expect(await client.resolve(toTarget(registry))).toBeUndefined()
  })

  test('gets a new token when the old one has ended', async () => {
    const { registry, tokens } = await openGuarded({ users: USERS })
    const client = openClient(withCredentials({ [registry.host]: CI }))
    await client.resolve(toTarget(registry))
    tokens.tokens.clear()
    await client.resolve(toTarget(registry))
    expect(tokens.interceptor.seen).toHaveLength(2)
  })

  test('a token that is about to end is not used', async () => {
    const { registry, tokens } = await openGuarded({ users: USERS, expiresInSeconds: 60 })
    let nowMs = 0
    const client = openTestClient({
      environment: withCredentials({ [registry.host]: CI }),
      clock: { now: () => nowMs, sleep: async () => undefined, random: () => 0 },
    })
    onTestFinished(() => client.close())
    for (const [atMs, asked] of [
      [0, 1],
      [49_000, 1],
      [50_500, 2],
    ] as const) {
      nowMs = atMs
      await client.resolve(toTarget(registry))
      expect(tokens.interceptor.seen).toHaveLength(asked)
    }
  })

  test('requests that are challenged at the same time share one token', async () => {
    const { registry, tokens } = await openGuarded({ users: USERS })
    const client = openClient(withCredentials({ [registry.host]: CI }))
    await Promise.all(Array.from({ length: 8 }, () => client.resolve(toTarget(registry))))
    expect(tokens.interceptor.seen).toHaveLength(1)
  })

  test('mounts with a token for both repositories', async () => {
    const { registry, tokens } = await openGuarded({ users: USERS })
    const client = openClient(withCredentials({ [registry.host]: CI }))
    const image = toSampleImage('base')
    await pushImage(client, toPush(image, { ...toTarget(registry), repository: 'base' }))
    const from = { registry: registry.host, repository: 'base' }
    const outcome = await client.writeBlob(toTarget(registry), {
      descriptor: image.layers[0]!,
      from,
    })
    expect(outcome).toBe('mounted')
    expect([...tokens.tokens.values()].at(-1)).toEqual([
      'repository:app:pull,push',
      'repository:base:pull',
    ])
  })

  test.for([true, false])('exchanges an identity token, by POST: %s', async (hasPost) => {
    const identityToken = 'sentinel-identity'
    const { registry, tokens } = await openGuarded({ identityToken })
    if (!hasPost)
      tokens.interceptor.intercept = ({ method }) =>
        method === 'POST' ? { kind: 'answer', status: 404 } : undefined
    const entry = { [registry.host]: { identitytoken: identityToken } }
    const text = JSON.stringify({ auths: entry })
    const client = openClient({ ...BARE_ENVIRONMENT, credentialText: { source: 'test', text } })
    await pushImage(client, toPush(toSampleImage('a'), toTarget(registry)))
    expect(tokens.interceptor.seen.map(({ method }) => method)).toEqual(
      hasPost ? ['POST'] : ['POST', 'GET'],
    )
  })

  test('a token server that stumbles is asked again', async () => {
    const { registry, tokens } = await openGuarded({ users: USERS })
    tokens.interceptor.intercept = ({ index }) =>
      index < 2 ? { kind: 'answer', status: 500 + index * 3 } : undefined
    const client = openClient(withCredentials({ [registry.host]: CI }))
    expect(await client.resolve(toTarget(registry))).toBeUndefined()
  })

  test.for<readonly [string, number, string]>([
    ['no JSON', 200, '<html>sentinel-token</html>'],
    ['no token', 200, '{}'],
    ['a token with a line break', 200, '{"token":"sentinel\\r\\nhost: evil"}'],
    ['a token that is no text', 200, '{"token":{"a":1}}'],
    ['an endless answer', 200, `{"token":"${'x'.repeat(300_000)}"}`],
    ['a refusal', 401, '{"errors":[{"message":"no, sentinel-password"}]}'],
    ['a page of it', 418, 'sentinel-password'],
  ])('a token server that gives %s is an error without secrets', async ([, status, body]) => {
    const { registry, tokens } = await openGuarded({ users: USERS })
    tokens.interceptor.intercept = () => ({ kind: 'answer', status, body })
    const client = openClient(withCredentials({ [registry.host]: CI }))
    const error = (await client.resolve(toTarget(registry)).catch((e: unknown) => e)) as Error
    expect(error.message).toMatch(/^SERVICEX_REGISTRY_(?:FAILED|DENIED)/)
    expect(toAllText(error)).not.toMatch(/sentinel/)
  })
})

function toTarget(registry: FakeRegistry): {
  registry: string
  repository: string
  tag: string
} {
  return { registry: registry.host, repository: 'app', tag: 'one' }
}

function openClient(environment: typeof BARE_ENVIRONMENT): ReturnType<typeof openTestClient> {
  const client = openTestClient({ environment })
  onTestFinished(() => client.close())
  return client
}

async function openGuarded(
  options: TokenServerOptions,
): Promise<{ registry: FakeRegistry; tokens: TokenServer }> {
  const [registry, tokens] = await Promise.all([openFakeRegistry(), openTokenServer(options)])
  onTestFinished(() => registry.close())
  onTestFinished(() => tokens.close())
  registry.interceptor.intercept = toGuard(tokens)
  return { registry, tokens }
}

async function fill(registry: FakeRegistry): Promise<void> {
  const { intercept } = registry.interceptor
  registry.interceptor.intercept = () => undefined
  const client = openClient(BARE_ENVIRONMENT)
  await pushImage(client, toPush(toSampleImage('a'), toTarget(registry)))
  registry.interceptor.intercept = intercept
}

/** The message, the stack, and those of all causes. */
function toAllText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error.message}\n${error.stack}\n${toAllText(error.cause)}`
}
