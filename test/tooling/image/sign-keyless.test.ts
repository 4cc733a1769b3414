import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { RegistryClient } from '../../../tooling/apply/registry/registry-client.ts'
import type { Digest } from '../../../tooling/plan/image/oci.ts'
import { type FakeRegistry, openFakeRegistry } from '../../fakes/fake-registry.ts'
import { type FakeSigstore, openFakeSigstore, toToken } from '../../fakes/sigstore.ts'
import { pushSample, readBundles, WORKFLOW } from '../registry/keyless-signing.ts'
import { openTestClient } from '../registry/test-client.ts'
import { runKube, type ToolRun } from '../run-kube.ts'
import { type AppRepository, openApp } from './app-repository.ts'

let registry: FakeRegistry
let sigstore: FakeSigstore
let client: RegistryClient
let app: AppRepository

beforeEach(async () => {
  registry = await openFakeRegistry()
  sigstore = await openFakeSigstore()
  client = openTestClient()
  await pushSample(client, registry.host, 'node')
  const baseImage = `${registry.host}/node:one`
  const servicex = { registry: registry.host, baseImage, ...sigstore.settings }
  app = await openApp({ packageJson: { servicex } })
  for (const each of [registry, sigstore, client, app]) onTestFinished(async () => each.close())
})

test('kube build --sign keyless signs before the tag is there, and says by whom', async () => {
  const { exitCode, stdout, stderr } = await build('--json', '--sign', 'keyless')
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  const { digest, signed } = JSON.parse(stdout) as { readonly digest: Digest; signed: object }
  expect(signed).toEqual({
    by: 'keyless',
    outcome: 'signed',
    digests: [digest],
    identity: WORKFLOW,
  })
  const puts = registry.interceptor.seen.filter(({ method }) => method === 'PUT')
  expect(puts.at(-1)?.path).toMatch(/^\/v2\/sample\/manifests\/[0-9a-f]{40}$/)
  expect(puts.at(-2)?.path).toMatch(/^\/v2\/sample\/manifests\/sha256:/)
  const [bundle] = await readBundles(client, toImage(digest))
  sigstore.verify(bundle!)

  const again = await build('--sign', 'keyless')
  expect(again.stderr).toContain(`@${digest} is signed by ${WORKFLOW} already`)
  expect(await readBundles(client, toImage(digest))).toHaveLength(1)
})

test('it signs what is in the registry already, and takes a token that a variable holds', async () => {
  const { stdout } = await build('--json')
  const { digest } = JSON.parse(stdout) as { readonly digest: Digest }
  const { exitCode, stderr } = await build('--sign=keyless', { SIGSTORE_ID_TOKEN: toToken() })
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  expect(stderr).toContain(`signed ${registry.host}/sample@${digest} by ${WORKFLOW}`)
  expect(await readBundles(client, toImage(digest))).toHaveLength(1)
})

test.each([
  ['no identity', 2, {}, 'SIGSTORE_ID_TOKEN is not set'],
  ['a token that is none', 2, { SIGSTORE_ID_TOKEN: 'sentinel' }, 'is no OIDC token'],
])('with %s nothing is asked of the registry', async (_, code, env, says) => {
  const asked = registry.interceptor.seen.length
  const { exitCode, stdout, stderr } = await build('--sign=keyless', env)
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' })
  expect(stderr).toContain('SERVICEX_SIGNING_IDENTITY')
  expect(stderr).toContain(says)
  expect(stderr).toMatch(/^ {2}fix: /m)
  expect(stderr).not.toContain('sentinel')
  expect(registry.interceptor.seen).toHaveLength(asked)
})

test.each(['/token', '/api/v2/signingCert', '/api/v1/log/entries'])(
  'when %s is refused, there is no tag; the next run does the rest',
  async (path) => {
    sigstore.interceptor.intercept = (seen) =>
      seen.path.startsWith(path) ? { kind: 'answer', status: 403 } : undefined
    const { exitCode, stdout, stderr } = await build('--sign=keyless')
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr.match(/SERVICEX_/g)).toHaveLength(1)
    expect(stderr).toContain('SERVICEX_SIGNING_FAILED  the image is not signed: ')
    expect(stderr).not.toContain(sigstore.bearer)
    expect(toTags()).toEqual([])
    sigstore.interceptor.intercept = () => undefined
    expect(await build('--sign=keyless')).toMatchObject({ exitCode: 0 })
    expect(toTags()).toHaveLength(1)
  },
)

test('a sigstore that variables name counts over the settings; one in plain text does not', async () => {
  sigstore.interceptor.intercept = ({ path }) =>
    path.startsWith('/other/') ? { kind: 'answer', status: 418 } : undefined
  vi.stubEnv('SIGSTORE_FULCIO_URL', `${sigstore.url}/other/`)
  expect((await build('--sign=keyless')).stderr).toContain('/other/api/v2/signingCert')
  vi.stubEnv('SIGSTORE_FULCIO_URL', 'http://fulcio.acme.example')
  const { exitCode, stderr } = await build('--sign=keyless')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('fulcioUrl  expected an address of https')
})

test('a dry run asks nobody for anything', async () => {
  expect(await build('--dry-run', '--sign=keyless')).toMatchObject({ exitCode: 0 })
  expect(sigstore.interceptor.seen).toEqual([])
})

test('a key in a file of that name is still a key', async () => {
  writeFileSync(join(app.root, 'keyless'), 'sentinel')
  app.commit()
  const { exitCode, stderr } = await build('--sign=./keyless')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('SERVICEX_SIGNING_KEY_INVALID  the signing key ./keyless')
})

async function build(
  ...words: readonly (string | Readonly<Record<string, string>>)[]
): Promise<ToolRun> {
  const argv = words.filter((word) => typeof word === 'string')
  const env = words.find((word) => typeof word === 'object') ?? sigstore.jobEnv
  const call = { cwd: app.root, env: { XDG_CACHE_HOME: app.cacheFolder, ...env } }
  return runKube(['build', ...argv], call)
}

function toImage(digest: Digest): { registry: string; repository: string; digest: Digest } {
  return { registry: registry.host, repository: 'sample', digest }
}

function toTags(): readonly string[] {
  return [...registry.manifests.keys()].filter((name) => /^sample\/[0-9a-f]{40}$/.test(name))
}
