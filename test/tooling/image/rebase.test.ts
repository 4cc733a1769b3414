import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { pushImage } from '../../../tooling/apply/registry/push-image.ts'
import { toImageReference } from '../../../tooling/parse/image-reference.ts'
import type { Digest } from '../../../tooling/plan/image/oci.ts'
import { BUNDLE_TYPE } from '../../../tooling/plan/image/sigstore-bundle.ts'
import { toSignatureTag } from '../../../tooling/plan/image/signature.ts'
import { openFakeSigstore } from '../../fakes/sigstore.ts'
import { type FakeRegistry, openFakeRegistry } from '../../fakes/fake-registry.ts'
import { toPush, toSampleImage } from '../registry/sample-image.ts'
import { openTestClient } from '../registry/test-client.ts'
import { runKube, type ToolRun } from '../run-kube.ts'
import { type AppRepository, openApp } from './app-repository.ts'

let registry: FakeRegistry
let app: AppRepository

beforeEach(async () => {
  registry = await openFakeRegistry()
  await pushBase('node:24-slim', 'first', ['NODE_VERSION=24.1.0'])
  const servicex = { registry: `${registry.host}/apps`, baseImage: `${registry.host}/node:24-slim` }
  app = await openApp({ packageJson: { servicex } })
})

afterEach(async () => {
  app.close()
  await registry.close()
})

describe('kube rebase', () => {
  test('gives the image that a build of the commit on the new base gives, and its bill of materials', async () => {
    const built = await build()
    const base = await pushBase('node:24-slim', 'second', ['NODE_VERSION=24.2.0'])
    const rebased = await rebase()
    expect(rebased).toMatchObject({ outcome: 'pushed', base: { after: base } })
    expect(rebased.digest).not.toBe(built.digest)

    registry.manifests.delete(`apps/sample/${built.revision}`)
    const anew = await build()
    expect(anew.digest).toBe(rebased.digest)
    // Both bills are of the same bytes, and so are one.
    expect(await referrersOf(rebased.digest)).toHaveLength(1)
  })

  test('leaves the tag of the commit, and names the new image by it and its base', async () => {
    const built = await build()
    const base = await pushBase('node:24-slim', 'second', ['NODE_VERSION=24.2.0'])
    const rebased = await rebase()
    const tag = `${built.revision}-base-${base.slice(7, 19)}`
    expect(rebased.reference).toBe(`${registry.host}/apps/sample:${tag}@${rebased.digest}`)
    const client = openTestClient()
    const names = await Promise.all(
      [built.revision, tag].map((each) =>
        client.resolve(toImageReference(`${registry.host}/apps/sample:${each}`)),
      ),
    )
    client.close()
    expect(names.map((each) => each?.digest)).toEqual([built.digest, rebased.digest])
  })

  test('sends only documents: the layers of both are in the registry', async () => {
    await build()
    await pushBase('node:24-slim', 'second', ['NODE_VERSION=24.2.0'])
    const { uploadedBytes } = await rebase()
    expect(uploadedBytes).toBeLessThan(5_000)
  })

  test('is done again in the same way, and does nothing on the base it is on', async () => {
    await build()
    expect(await rebase()).toMatchObject({ outcome: 'unchanged' })
    await pushBase('node:24-slim', 'second', ['NODE_VERSION=24.2.0'])
    const first = await rebase()
    expect(await rebase()).toMatchObject({ digest: first.digest, uploadedBytes: 0 })
    const [name = ''] = first.reference.split('@')
    expect(await rebase(name)).toMatchObject({ outcome: 'unchanged', digest: first.digest })
  })

  test('signs it when a key is given, before its tag is there', async () => {
    await build()
    await pushBase('node:24-slim', 'second', ['NODE_VERSION=24.2.0'])
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const key = join(app.cacheFolder, 'image.key')
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const { digest, signed } = await rebase('--sign', key)
    expect(signed).toEqual({ by: 'key', outcome: 'signed', digests: [digest] })
    const puts = registry.interceptor.seen.filter(({ method }) => method === 'PUT')
    expect(puts.at(-2)?.path).toContain(toSignatureTag(digest))
  })

  test('signs it by the identity of the job, and without one pushes nothing', async () => {
    await build()
    await pushBase('node:24-slim', 'second', ['NODE_VERSION=24.2.0'])
    const sigstore = await openFakeSigstore()
    onTestFinished(() => sigstore.close())
    vi.stubEnv('SIGSTORE_FULCIO_URL', sigstore.url)
    vi.stubEnv('SIGSTORE_REKOR_URL', sigstore.url)
    const before = registry.interceptor.seen.length
    expect(await run('rebase', '--sign=keyless')).toMatchObject({ exitCode: 2 })
    expect(registry.interceptor.seen).toHaveLength(before)
    const env = { XDG_CACHE_HOME: app.cacheFolder, ...sigstore.jobEnv }
    const words = ['rebase', '--json', '--sign=keyless']
    const { digest, signed } = toReport(await runKube(words, { cwd: app.root, env }))
    expect(signed).toMatchObject({ by: 'keyless', outcome: 'signed', digests: [digest] })
    expect(await referrersOf(digest)).toContainEqual(
      expect.objectContaining({ artifactType: BUNDLE_TYPE }),
    )
  })

  test('pushes nothing in a dry run', async () => {
    await build()
    await pushBase('node:24-slim', 'second', ['NODE_VERSION=24.2.0'])
    registry.interceptor.seen.length = 0
    expect(await rebase('--dry-run')).toMatchObject({ outcome: 'planned' })
    const methods = new Set(registry.interceptor.seen.map(({ method }) => method))
    expect([...methods].filter((method) => method !== 'GET' && method !== 'HEAD')).toEqual([])
  })

  test.for<readonly [string, string, readonly string[], string]>([
    ['another line of Node', 'node:26-slim', ['NODE_VERSION=26.0.0'], 'was built for Node 24'],
    ['another C library', 'node:24-alpine', ['NODE_VERSION=24.2.0'], 'has musl'],
  ])('refuses %s, with 3', async ([, name, env, says]) => {
    await build()
    await pushBase(name, 'other', env)
    const { exitCode, stderr } = await run('rebase', '--base', `${registry.host}/${name}`)
    expect(exitCode).toBe(3)
    expect(stderr).toContain('SERVICEX_IMAGE_NOT_REBASABLE')
    expect(stderr).toContain(says)
  })

  test('refuses an image that kube did not build, with 3', async () => {
    await pushBase('apps/foreign:one', 'foreign', [])
    const { exitCode, stderr } = await run('rebase', `${registry.host}/apps/foreign:one`)
    expect(exitCode).toBe(3)
    expect(stderr).toContain('does not say what it was built on')
  })

  test('of what is not there fails, and says what', async () => {
    const { exitCode, stderr } = await run('rebase')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('SERVICEX_IMAGE_NOT_FOUND')
    expect((await run('rebase', '--output=file')).exitCode).toBe(2)
    expect((await run('rebase', 'no-such-ref')).exitCode).toBe(2)
    expect((await run('rebase', '../../etc:x/../y')).exitCode).toBe(2)
  })
})

describe('kube build --update-base', () => {
  test('pins what the tag names now; a build is on that, though the tag moves', async () => {
    const { exitCode, stdout } = await run('build', '--update-base')
    expect(exitCode).toBe(0)
    const lock = readLock()
    expect(stdout).toBe(`${registry.host}/node:24-slim@${lock.base.digest}\n`)
    expect(lock).toEqual({
      lockVersion: 1,
      base: {
        reference: `${registry.host}/node:24-slim`,
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        pinnedOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      },
    })
    app.commit()
    await pushBase('node:24-slim', 'second', ['NODE_VERSION=24.2.0'])
    const { digest, warnings } = await build()
    expect(warnings).toEqual([])
    const stored = registry.manifests.get(`apps/sample/${digest}`)
    expect(JSON.parse(String(stored?.bytes))).toMatchObject({
      annotations: { 'org.opencontainers.image.base.digest': lock.base.digest },
    })
  })

  test('says what was pinned before', async () => {
    await run('build', '--update-base')
    const before = readLock().base.digest
    const after = await pushBase('node:24-slim', 'second', [])
    const { stdout } = await run('build', '--update-base', '--json')
    expect(JSON.parse(stdout)).toEqual({
      base: `${registry.host}/node:24-slim`,
      before: `${registry.host}/node:24-slim@${before}`,
      digest: after,
    })
  })

  test('mends a lock that cannot be read, which stops a build with 2', async () => {
    for (const text of ['<<<<<<< HEAD\n{}', '[]', '{"lockVersion":2}', '{"lockVersion":1}']) {
      writeFileSync(join(app.root, 'servicex.lock'), text)
      const { exitCode, stderr } = await run('build', '--allow-dirty')
      expect(exitCode, text).toBe(2)
      expect(stderr).toContain('SERVICEX_IMAGE_LOCK_INVALID')
      expect((await run('build', '--update-base')).exitCode, text).toBe(0)
    }
  })

  test('a lock of another base than the settings name stops a build with 2', async () => {
    await run('build', '--update-base')
    const path = join(app.root, 'servicex.lock')
    writeFileSync(path, readFileSync(path, 'utf8').replace('24-slim', '22-slim'))
    const { exitCode, stderr } = await run('build', '--allow-dirty')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('and the settings name')
  })

  test('a base that is not there is not pinned', async () => {
    registry.manifests.clear()
    const { exitCode, stderr } = await run('build', '--update-base')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('SERVICEX_IMAGE_NOT_FOUND')
    expect(() => readLock()).toThrow(/ENOENT/)
  })
})

interface Report {
  readonly outcome: string
  readonly reference: string
  readonly revision: string
  readonly digest: Digest
  readonly uploadedBytes: number
  readonly warnings: readonly string[]
  readonly signed?: object
}

async function build(): Promise<Report> {
  return toReport(await app.build('--json'))
}

async function rebase(...words: readonly string[]): Promise<Report> {
  return toReport(await run('rebase', '--json', ...words))
}

function toReport({ exitCode, stdout, stderr }: ToolRun): Report {
  if (exitCode !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Report
}

function run(...words: readonly string[]): Promise<ToolRun> {
  return runKube(words, { cwd: app.root, env: { XDG_CACHE_HOME: app.cacheFolder } })
}

/** Pushes a base and gives its digest; a tag that is there moves, as those of bases do. */
async function pushBase(name: string, file: string, env: readonly string[]): Promise<Digest> {
  const reference = toImageReference(`${registry.host}/${name}`)
  registry.manifests.delete(`${reference.repository}/${reference.tag}`)
  const client = openTestClient()
  const image = toSampleImage(file, { env })
  await pushImage(client, toPush(image, { ...reference, tag: reference.tag ?? '' }))
  client.close()
  return image.manifest.descriptor.digest
}

async function referrersOf(digest: Digest): Promise<readonly unknown[]> {
  const client = openTestClient()
  const target = { registry: registry.host, repository: 'apps/sample' }
  const listed = await client.listReferrers(target, digest)
  client.close()
  return listed
}

function readLock(): { readonly base: { readonly digest: string } } {
  const text = readFileSync(join(app.root, 'servicex.lock'), 'utf8')
  return JSON.parse(text) as { readonly base: { readonly digest: string } }
}
