import { describe, expect, onTestFinished, test } from 'vitest'
import { toChallenge } from '../../../tooling/apply/registry/challenge.ts'
import { toNamedUrl, toRegistryUrl } from '../../../tooling/apply/registry/host.ts'
import { joinScopes } from '../../../tooling/apply/registry/scope.ts'
import { toTokenServer } from '../../../tooling/apply/registry/token-server.ts'
import { readRegistryEnvironment } from '../../../tooling/parse/registry-environment.ts'
import { openFakeRegistry } from '../../fakes/fake-registry.ts'
import { openHttpServer } from '../../fakes/http-server.ts'
import { openTokenServer, toGuard } from '../../fakes/token-server.ts'
import { BARE_ENVIRONMENT, openTestClient, withCredentials } from './test-client.ts'

const ACME = new URL('https://registry.acme.example')
const FOUND = {
  credential: { kind: 'basic', username: 'me', password: 'secret' },
  source: 'a file',
  tried: [],
} as const

describe('a registry is spoken to', () => {
  test.for<readonly [string, string]>([
    ['docker.io', 'https://registry-1.docker.io'],
    ['registry.acme.example', 'https://registry.acme.example'],
    ['registry.acme.example:5000', 'https://registry.acme.example:5000'],
    ['10.0.0.1:5000', 'https://10.0.0.1:5000'],
    ['localhost.acme.example', 'https://localhost.acme.example'],
    ['127.0.0.1.acme.example', 'https://127.0.0.1.acme.example'],
    ['localhost:5000', 'http://localhost:5000'],
    ['127.1.2.3', 'http://127.1.2.3'],
    ['[::1]:5000', 'http://[::1]:5000'],
    ['plain.acme.example:5000', 'http://plain.acme.example:5000'],
  ])('%s at %s', ([registry, address]) => {
    expect(toRegistryUrl(registry, ['plain.acme.example:5000']).origin).toBe(address)
  })
})

describe('an address that a registry names', () => {
  test.for([
    'http://registry.acme.example/x',
    'http://storage.example/x',
    'ftp://storage.example/x',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:pass@storage.example/x',
    'https://user@storage.example/x',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://a.localhost/',
    'https://',
    'https://[',
  ])('is refused when it is %s', (named) => {
    expect(() => toNamedUrl(named, { base: ACME, what: 'redirect' })).toThrow(
      /SERVICEX_REGISTRY_UNSAFE/,
    )
  })

  test.for<readonly [string, string]>([
    ['/v2/a/blobs/uploads/1?s=2', 'https://registry.acme.example/v2/a/blobs/uploads/1?s=2'],
    ['https://storage.example/x?sig=1', 'https://storage.example/x?sig=1'],
    ['https://10.0.0.1/x', 'https://10.0.0.1/x'],
  ])('is taken when it is %s', ([named, full]) => {
    expect(toNamedUrl(named, { base: ACME, what: 'redirect' }).href).toBe(full)
  })

  test('of a registry without TLS may be without it too, and of this machine when the registry is', () => {
    const base = new URL('http://127.0.0.1:5000')
    expect(toNamedUrl('http://127.0.0.1:6000/x', { base, what: 'redirect' }).port).toBe('6000')
    const plain = new URL('http://plain.acme.example')
    expect(() => toNamedUrl('http://127.0.0.1/x', { base: plain, what: 'redirect' })).toThrow(
      /this machine/,
    )
  })

  test('is printed without its query, where signatures stand', () => {
    const named = 'http://storage.example/x?X-Amz-Signature=sentinel'
    expect(() => toNamedUrl(named, { base: ACME, what: 'redirect' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('sentinel') }),
    )
  })
})

describe('a token server', () => {
  test.for<readonly [string, string, boolean]>([
    ['registry.acme.example', 'https://registry.acme.example/token', true],
    ['registry.acme.example', 'https://registry.acme.example:5001/token', true],
    ['registry.gitlab.com', 'https://gitlab.com/jwt/auth', true],
    ['docker.io', 'https://auth.docker.io/token', true],
    ['registry.acme.example', 'https://auth.docker.io/token', false],
    ['registry.acme.example', 'https://token.acme.example/token', false],
    ['registry.acme.example', 'https://evil.example/token', false],
    ['registry.acme.example', 'https://example/token', false],
    ['registry.acme.example', 'https://xregistry.acme.example/token', false],
  ])('of %s at %s gets credentials: %s', ([name, realm, isTaken]) => {
    const check = { registry: toRegistryUrl(name, []), name, tokenHosts: {}, found: FOUND }
    if (isTaken) expect(toTokenServer(realm, check).href).toBe(realm)
    else expect(() => toTokenServer(realm, check)).toThrow(/SERVICEX_REGISTRY_UNSAFE/)
  })

  test('that the settings name gets them, and nobody else under that name', () => {
    const name = 'registry.acme.example'
    const tokenHosts = { [name]: 'token.acme.example' }
    const check = { registry: ACME, name, tokenHosts, found: FOUND }
    expect(toTokenServer('https://token.acme.example/t', check).host).toBe('token.acme.example')
    for (const realm of ['http://token.acme.example/t', 'https://token.acme.example:1/t'])
      expect(() => toTokenServer(realm, check)).toThrow(/SERVICEX_REGISTRY_UNSAFE/)
  })

  test('may be anywhere when there is nothing to give', () => {
    const check = { registry: ACME, name: 'a', tokenHosts: {}, found: { tried: [] } }
    expect(toTokenServer('https://token.example/t', check).host).toBe('token.example')
    expect(() => toTokenServer('https://169.254.169.254/t', check)).toThrow(/UNSAFE/)
  })
})

describe('a challenge', () => {
  test.for<readonly [string, object | undefined]>([
    ['Basic realm="x"', { scheme: 'basic' }],
    ['BASIC', { scheme: 'basic' }],
    ['Bearer realm="https://a/t"', { scheme: 'bearer', realm: 'https://a/t' }],
    [
      'bearer realm="https://a/t",service="s, t",scope="repository:a:pull,push"',
      {
        scheme: 'bearer',
        realm: 'https://a/t',
        service: 's, t',
        scope: 'repository:a:pull,push',
      },
    ],
    ['Bearer realm=https://a/t , error=invalid_token', { realm: 'https://a/t' }],
    ['Basic realm="x", Bearer realm="https://a/t"', { scheme: 'bearer' }],
    ['Bearer realm="a\\"b"', { realm: 'a"b' }],
    ['Bearer realm="https://a/t", realm="https://evil/t"', { realm: 'https://a/t' }],
    ['Negotiate abc==, Basic realm="x"', { scheme: 'basic' }],
    ['Bearer', undefined],
    ['Digest realm="x"', undefined],
    ['', undefined],
    ['"', undefined],
    ['Bearer realm="https://a', undefined],
  ])('%s is read', ([header, expected]) => {
    const read = toChallenge(header)
    if (expected === undefined) expect(read).toBeUndefined()
    else expect(read).toMatchObject(expected)
  })

  test('of hostile length is read in no time', () => {
    const start = performance.now()
    for (const part of ['Bearer ', 'a=', '"', 'Bearer realm="', ', ', 'a="\\', ' ,\t'])
      toChallenge(part.repeat(100_000))
    expect(performance.now() - start).toBeLessThan(500)
  })
})

test('what a registry asks for comes first, and what is known already is not asked twice', () => {
  const needed = [
    { repository: 'a', push: true },
    { repository: 'b', push: false },
  ]
  expect(joinScopes('repository:a:pull registry:catalog:* ', needed)).toEqual([
    'registry:catalog:*',
    'repository:a:pull,push',
    'repository:b:pull',
  ])
  expect(joinScopes(undefined, needed)).toHaveLength(2)
})

describe('a proxy', () => {
  test.for<readonly [Record<string, string>, object]>([
    [{}, {}],
    [{ HTTPS_PROXY: '' }, {}],
    [{ HTTPS_PROXY: 'http://p:1' }, { HTTPS_PROXY: 'http://p:1' }],
    [{ https_proxy: 'p:1', HTTPS_PROXY: 'q:2' }, { HTTPS_PROXY: 'http://p:1' }],
    [
      { http_proxy: 'https://p', no_proxy: '.a' },
      { HTTP_PROXY: 'https://p', NO_PROXY: '.a' },
    ],
  ])('is read from %o', ([env, proxy]) => {
    expect(readRegistryEnvironment(env, '/home').proxy).toEqual(proxy)
  })

  test.for(['http://me:sentinel@[', 'socks5://me:sentinel@p', '://', 'me sentinel'])(
    'is not %j, and the error does not cite it',
    (value) => {
      const read = (): unknown => readRegistryEnvironment({ HTTPS_PROXY: value }, '/home')
      expect(read).toThrow(/SERVICEX_CONFIG_INVALID {2}HTTPS_PROXY/)
      expect(read).not.toThrow(/sentinel/)
    },
  )

  test('leads out, and is passed by for this machine and where the variables say', async () => {
    const registry = await openFakeRegistry()
    onTestFinished(() => registry.close())
    const seen: string[] = []
    const proxy = await openHttpServer((request, response) => {
      seen.push(request.url ?? '')
      response.writeHead(404).end()
    })
    onTestFinished(() => proxy.close())
    const away = { registry: 'registry.invalid:5000', repository: 'app', tag: 'one' }
    const open = (noProxy: string): ReturnType<typeof openTestClient> => {
      const client = openTestClient({
        environment: { ...BARE_ENVIRONMENT, proxy: { HTTP_PROXY: proxy.url, NO_PROXY: noProxy } },
        insecureRegistries: ['registry.invalid:5000'],
      })
      onTestFinished(() => client.close())
      return client
    }
    const client = open('')
    expect(await client.resolve(away)).toBeUndefined()
    expect(await client.resolve({ ...away, registry: registry.host })).toBeUndefined()
    expect(seen).toEqual(['http://registry.invalid:5000/v2/app/manifests/one'])
    await expect(open('registry.invalid').resolve(away)).rejects.toMatchObject({
      code: 'SERVICEX_REGISTRY_UNREACHABLE',
    })
    expect(seen).toHaveLength(1)
  })

  test('does not get the credentials of a registry that is led to another token server', async () => {
    const evil = await openTokenServer()
    onTestFinished(() => evil.close())
    const guard = toGuard(evil)
    // The proxy is the whole way to the registry: it answers as it likes.
    const proxy = await openHttpServer((request, response) => {
      const { method = '', url = '', headers } = request
      const path = new URL(url).pathname
      const answer = guard({ index: 0, method, path, headers })
      if (answer?.kind === 'answer') response.writeHead(answer.status, answer.headers).end()
    })
    onTestFinished(() => proxy.close())
    const client = openTestClient({
      environment: {
        ...withCredentials({ 'registry.invalid': { username: 'me', password: 'sentinel' } }),
        proxy: { HTTP_PROXY: proxy.url },
      },
      insecureRegistries: ['registry.invalid'],
    })
    onTestFinished(() => client.close())
    await expect(
      client.resolve({ registry: 'registry.invalid', repository: 'app', tag: 'one' }),
    ).rejects.toMatchObject({
      code: 'SERVICEX_REGISTRY_UNSAFE',
      message: expect.stringContaining('an address of this machine'),
    })
    expect(evil.interceptor.seen).toEqual([])
  })
})
