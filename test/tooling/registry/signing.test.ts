import { execFile } from 'node:child_process'
import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { pushImage } from '../../../tooling/apply/registry/push-image.ts'
import { signImages } from '../../../tooling/apply/registry/sign-image.ts'
import { readSigningKey } from '../../../tooling/parse/signing-key.ts'
import { toManifest } from '../../../tooling/plan/image/oci-json.ts'
import type { Digest } from '../../../tooling/plan/image/oci.ts'
import { SIGNATURE_ANNOTATION, toSignatureTag } from '../../../tooling/plan/image/signature.ts'
import { openFakeRegistry } from '../../fakes/fake-registry.ts'
import { findBinary } from '../../real/binary.ts'
import { openApp } from '../image/app-repository.ts'
import { runKube } from '../run-kube.ts'
import { toIndexPush, toPush, toSampleImage } from './sample-image.ts'
import { openTestClient } from './test-client.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'servicex-signing-'))
const OURS = makeKey()
const THEIRS = makeKey()

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('an image that is signed', () => {
  test('has a signature of its digest beside it, which the public key proves', async () => {
    const { host, client } = await open()
    const image = await pushSample(host, 'app')
    expect(await signImages(client, image, OURS.privateKey)).toBe('signed')
    const [signature, ...more] = await readSignatures(host, image.digest)
    expect(more).toEqual([])
    expect(JSON.parse(signature!.text)).toEqual({
      critical: {
        identity: { 'docker-reference': `${host}/app` },
        image: { 'docker-manifest-digest': image.digest },
        type: 'cosign container image signature',
      },
      optional: null,
    })
    expect(isProved(signature!, OURS)).toBe(true)
    expect(isProved(signature!, THEIRS)).toBe(false)
  })

  test('is signed once by a key, and keeps the signatures of others', async () => {
    const { host, client } = await open()
    const image = await pushSample(host, 'app')
    await signImages(client, image, THEIRS.privateKey)
    await signImages(client, image, OURS.privateKey)
    expect(await signImages(client, image, OURS.privateKey)).toBe('present')
    const signatures = await readSignatures(host, image.digest)
    expect(signatures.map((each) => [isProved(each, THEIRS), isProved(each, OURS)])).toEqual([
      [true, false],
      [false, true],
    ])
  })

  test('of several platforms is signed for each', async () => {
    const { host, client } = await open()
    const target = { registry: host, repository: 'app', tag: 'one' }
    const images = {
      amd64: toSampleImage('amd64'),
      arm64: toSampleImage('arm64', { architecture: 'arm64' }),
    }
    const { digest } = await pushImage(client, toIndexPush(images, target))
    await signImages(client, { ...target, digest }, OURS.privateKey)
    const digests = [
      digest,
      ...Object.values(images).map((each) => each.manifest.descriptor.digest),
    ]
    for (const each of digests) expect(await readSignatures(host, each)).toHaveLength(1)
  })
})

describe('kube build --sign', () => {
  test('signs before the tag is there, and signs what is there already', async () => {
    const registry = await openFakeRegistry()
    onTestFinished(() => registry.close())
    await pushSample(registry.host, 'node')
    const servicex = { registry: registry.host, baseImage: `${registry.host}/node:one` }
    const app = await openApp({ packageJson: { servicex } })
    onTestFinished(() => app.close())
    writeFileSync(join(folder, 'ours.key'), toPem(OURS))
    const first = await app.build('--json', '--sign', join(folder, 'ours.key'))
    expect(first.exitCode).toBe(0)
    const report = JSON.parse(first.stdout) as { readonly digest: Digest; readonly signed: object }
    const { digest, signed } = report
    expect(signed).toEqual({ by: 'key', outcome: 'signed', digests: [digest] })
    const puts = registry.interceptor.seen.filter(({ method }) => method === 'PUT')
    expect(puts.at(-1)?.path).toMatch(/^\/v2\/sample\/manifests\/[0-9a-f]{40}$/)
    expect(puts.at(-2)?.path).toContain(toSignatureTag(digest))

    const env = { XDG_CACHE_HOME: app.cacheFolder, THEIRS: toPem(THEIRS) }
    const second = await runKube(['build', '--sign', 'env:THEIRS'], { cwd: app.root, env })
    expect(second.exitCode).toBe(0)
    expect(second.stderr).toContain(`signed ${registry.host}/sample@${digest}`)
    expect(await readSignatures(registry.host, digest, 'sample')).toHaveLength(2)
  })

  test('needs a registry to keep the signature in', async () => {
    const { exitCode, stderr } = await runKube(['build', '--sign', 'a.key', '--output', 'b.tar'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('--sign needs --push')
  })

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const other = generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
  const locked = OURS.privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'sentinel-passphrase',
  })
  test.for<readonly [string, string, string]>([
    ['nothing', '', 'is not set'],
    ['no PEM', 'sentinel', 'no private key in PEM'],
    [
      'a public key',
      OURS.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      'no private key',
    ],
    [
      'an RSA key',
      rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'of the kind rsa',
    ],
    [
      'another curve',
      other.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'P-256',
    ],
    ['a locked key', locked.toString(), 'does not open with COSIGN_PASSWORD'],
    ["cosign's own form", '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----', "cosign's own format"],
  ])('takes no key that is %s', async ([, pem, says]) => {
    const error = (await readSigningKey('env:KEY', { KEY: pem }).catch((e: unknown) => e)) as Error
    expect(error.message).toMatch(/^SERVICEX_SIGNING_KEY_INVALID/)
    expect(error.message).toContain(says)
    expect(`${error.message}${error.stack}${String(error.cause)}`).not.toContain('sentinel')
  })

  test('opens a locked key with its passphrase', async () => {
    const env = { KEY: locked.toString(), COSIGN_PASSWORD: 'sentinel-passphrase' }
    expect((await readSigningKey('env:KEY', env)).equals(OURS.privateKey)).toBe(true)
  })
})

const openssl = findBinary('openssl')

describe.skipIf(openssl === undefined)(
  `openssl${openssl === undefined ? ' (skipped: this machine has no openssl)' : ''}`,
  () => {
    test('proves a signature, as any verifier of cosign signatures does', async () => {
      const { host, client } = await open()
      const image = await pushSample(host, 'app')
      await signImages(client, image, OURS.privateKey)
      const [{ text, signature }] = (await readSignatures(host, image.digest)) as [Signature]
      const write = (name: string, content: string | Buffer): string => {
        writeFileSync(join(folder, name), content)
        return join(folder, name)
      }
      const key = write('key.pub', OURS.publicKey.export({ type: 'spki', format: 'pem' }))
      const proof = write('signature', Buffer.from(signature, 'base64'))
      const words = ['dgst', '-sha256', '-verify', key, '-signature', proof]
      await expect(run('openssl', [...words, write('text', text)])).resolves.toMatchObject({
        stdout: 'Verified OK\n',
      })
      await expect(run('openssl', [...words, write('text', `${text} `)])).rejects.toThrow()
    })
  },
)

interface Key {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

function makeKey(): Key {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
}

function toPem({ privateKey }: Key): string {
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString()
}

interface Signature {
  readonly text: string
  readonly signature: string
}

function isProved({ text, signature }: Signature, { publicKey }: Key): boolean {
  return verify('sha256', Buffer.from(text), publicKey, Buffer.from(signature, 'base64'))
}

async function open(): Promise<{ host: string; client: ReturnType<typeof openTestClient> }> {
  const registry = await openFakeRegistry()
  const client = openTestClient()
  onTestFinished(() => registry.close())
  onTestFinished(() => client.close())
  return { host: registry.host, client }
}

async function pushSample(
  registry: string,
  repository: string,
): Promise<{ registry: string; repository: string; digest: Digest }> {
  const client = openTestClient()
  const target = { registry, repository, tag: 'one' }
  const { digest } = await pushImage(client, toPush(toSampleImage(repository), target))
  client.close()
  return { registry, repository, digest }
}

async function readSignatures(
  registry: string,
  digest: Digest,
  repository = 'app',
): Promise<readonly Signature[]> {
  const client = openTestClient()
  const list = { registry, repository, tag: toSignatureTag(digest) }
  const { json } = await client.readManifest(list)
  const { layers } = toManifest({ where: 'the signatures', value: json })
  const read = await Promise.all(
    layers.map(async (layer) => ({
      text: (await client.readBlob(list, layer)).toString('utf8'),
      signature: layer.annotations?.[SIGNATURE_ANNOTATION] ?? '',
    })),
  )
  client.close()
  return read
}
