import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { pushBaseImage } from '../../real/base-image.ts'
import { findBinary } from '../../real/binary.ts'
import { describeReal } from '../../real/describe-real.ts'
import { startDockerRegistry } from '../../real/docker-registry.ts'
import { type AppRepository, openApp, type PackedPackage, type Planned } from './app-repository.ts'
import { toElf } from './elf-file.ts'
import { toBreaches } from './oci-schemas.ts'
import { inspect, readBlobJson, readManifestJson } from './registry-image.ts'

const hasSkopeo = findBinary('skopeo') !== undefined

/** A package with an addon for one processor, as npm installs it for that one alone. */
function toNative(name: string, cpu: string, machine: number): PackedPackage {
  return {
    name: `native-${name}`,
    files: { 'addon.node': toElf({ machine, needed: ['libc.so.6'] }) },
    manifest: { os: ['linux'], cpu: [cpu] },
    isOptional: true,
  }
}

/** Pushes an index over the base image and a copy that says it is for arm64. */
async function pushSeveralBase(host: string): Promise<string> {
  const name = `${host}/base/node:several`
  const { json: manifest } = await readManifestJson(name, '24-slim')
  const config = await readBlobJson(name, manifest.config.digest)
  const children = []
  for (const architecture of ['amd64', 'arm64']) {
    const described = await putBlob(name, JSON.stringify({ ...config, architecture }))
    const child = { ...manifest, config: { ...manifest.config, ...described } }
    const platform = { os: 'linux', architecture }
    children.push({ ...(await putManifest(name, child, described.digest)), platform })
  }
  const index = 'application/vnd.oci.image.index.v1+json'
  await putManifest(name, { schemaVersion: 2, mediaType: index, manifests: children }, 'several')
  return name
}

/** What `kube build --json` prints, as far as these tests look at it. */
interface Report {
  readonly outcome: string
  readonly reference: string
  readonly digest: string
  readonly revision: string
  readonly blobs: Readonly<Record<string, number>>
  readonly uploadedBytes: number
}

/** A registry with a base image in it, and an app that is built on that. */
interface Rig {
  readonly host: string
  readonly app: AppRepository
  readonly close: () => Promise<void>
}

describeReal(
  "an image in Debian's docker-registry",
  hasSkopeo ? 'docker-registry' : 'skopeo',
  openRig,
  (rig) => {
    const build = async (...words: readonly string[]): Promise<Report> => {
      const { exitCode, stdout, stderr } = await rig().app.build('--json', ...words)
      if (exitCode !== 0) throw new Error(stderr)
      return JSON.parse(stdout) as Report
    }

    test('is pushed under the hash of its commit, and skopeo agrees on what it is', async () => {
      const { app, host } = rig()
      const report = await build()
      expect(report).toMatchObject({ outcome: 'pushed', blobs: { mounted: 1 } })
      expect(report.uploadedBytes).toBeLessThan(10_000)
      expect(report.reference).toBe(
        `${host}/apps/sample:${app.git('rev-parse', 'HEAD')}@${report.digest}`,
      )
      const seen = inspect(`docker://${report.reference.split('@')[0]}`)
      expect(seen).toMatchObject({
        Digest: report.digest,
        Created: '2026-01-02T03:04:05Z',
        Architecture: 'amd64',
        Labels: { 'org.opencontainers.image.revision': report.revision },
      })
      expect(seen.Env).toContain('NODE_ENV=production')
      expect(seen.Layers).toHaveLength(4)
    })

    test('conforms to the image-spec, document by document', async () => {
      const { reference, revision } = await build()
      const { json } = await readManifestJson(reference, revision)
      expect(toBreaches('manifest', json)).toEqual([])
      const config = await readBlobJson(reference, json.config.digest)
      expect(toBreaches('config', config)).toEqual([])
      expect(config.rootfs.diff_ids).toHaveLength(json.layers.length)
      expect(json.annotations).toMatchObject({
        'org.opencontainers.image.revision': revision,
        'dev.servicex.description.digest': expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      })
      expect(json.layers.map(({ annotations }) => annotations?.['dev.servicex.layer'])).toEqual([
        undefined,
        'dependencies',
        'app',
        'declaration',
      ])
    })

    test('is looked for first: a second build makes nothing', async () => {
      await build()
      const second = await build()
      expect(second).toMatchObject({ outcome: 'present' })
      expect(second.blobs).toBeUndefined()
    })

    test('of a change of the code uploads the app, and nothing else that is large', async () => {
      const { app } = rig()
      await build()
      app.write({ 'app.js': 'console.log("changed")\n' })
      app.commit()
      const report = await build()
      // The app's layer, the configuration, and the list of what is in it.
      expect(report).toMatchObject({ outcome: 'pushed', blobs: { uploaded: 3 } })
      expect(report.uploadedBytes).toBeLessThan(10_000)
    })

    test('for several platforms is an index of one image each, with the packages of each', async () => {
      const { host } = rig()
      const baseImage = await pushSeveralBase(host)
      const app = await openApp({
        packageJson: { name: 'several', servicex: { registry: `${host}/apps`, baseImage } },
        packages: [toNative('amd64', 'x64', 62), toNative('arm64', 'arm64', 183)],
      })
      try {
        const { exitCode, stdout, stderr } = await app.build(
          '--json',
          '--platform=linux/amd64,linux/arm64',
        )
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
        const { reference, revision, plan } = JSON.parse(stdout) as Report & Planned
        const { json } = await readManifestJson(reference, revision)
        expect(toBreaches('index', json)).toEqual([])
        expect(json.manifests.map(({ platform }) => platform?.architecture)).toEqual([
          'amd64',
          'arm64',
        ])
        expect(
          plan.platforms.map(({ layers }) =>
            layers.find(({ name }) => name === 'dependencies')?.files?.map(({ path }) => path),
          ),
        ).toEqual(
          ['amd64', 'arm64'].map((name) => [
            `node_modules/native-${name}/addon.node`,
            `node_modules/native-${name}/package.json`,
          ]),
        )
      } finally {
        app.close()
      }
    })

    test('that is there for fewer platforms than are asked for is refused, not moved', async () => {
      const { app } = rig()
      await build()
      const { exitCode, stderr } = await app.build('--platform=linux/amd64,linux/arm64')
      expect(exitCode).toBe(3)
      expect(stderr).toMatch(/is there, and not for linux\/amd64, linux\/arm64/)
    })

    test('for a platform that the base has not is not made, and says so', async () => {
      const { exitCode, stderr } = await rig().app.build(
        '--platform',
        'linux/s390x',
        '--output',
        'x.tar',
      )
      expect(exitCode).toBe(1)
      expect(stderr).toContain('has no image for linux/s390x')
    })

    test('whose native code does not fit the platform is refused before it is pushed', async () => {
      const { host } = rig()
      const { name, files } = toNative('arm64', 'arm64', 183)
      const servicex = { registry: `${host}/apps`, baseImage: `${host}/base/node:24-slim` }
      const app = await openApp({ packageJson: { servicex }, packages: [{ name, files }] })
      try {
        const { exitCode, stderr } = await app.build()
        expect(exitCode).toBe(3)
        expect(stderr).toContain('native-arm64/addon.node  is for Linux arm64 glibc')
      } finally {
        app.close()
      }
    })

    test('is never overwritten by another under the same commit', async () => {
      const { app } = rig()
      app.write({ 'app.js': 'console.log("first")\n' })
      app.commit()
      const { reference, revision, digest } = await build()
      // Somebody else's image under the hash of the next commit.
      app.write({ 'app.js': 'console.log("second")\n' })
      const next = app.commit()
      const file = join(app.cacheFolder, 'next.tar')
      const { json } = await readManifestJson(reference, revision)
      await putManifest(reference, { ...json }, next)
      const { exitCode, stderr } = await app.build('--push', '--output', file)
      expect(exitCode).toBe(3)
      expect(stderr).toContain('SERVICEX_IMAGE_TAG_TAKEN')
      expect((await readManifestJson(reference, next)).digest).toBe(digest)
    })

    test('written to a file is read back as what docker saves, and as an OCI archive', async () => {
      const { app } = rig()
      app.write({ 'app.js': 'console.log("archived")\n' })
      app.commit()
      const { digest } = await build()
      const file = join(app.cacheFolder, 'image.tar')
      const { exitCode, stdout } = await app.build('--output', file)
      expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 })
      expect(stdout.trim()).toMatch(new RegExp(`@${digest}$`))
      expect(inspect(`oci-archive:${file}`).Digest).toBe(digest)
      // skopeo reads every layer of a docker archive to say this.
      expect(inspect(`docker-archive:${file}`)).toMatchObject({ Created: '2026-01-02T03:04:05Z' })
    })

    test('is loaded into the first container engine that answers, by a pipe', async () => {
      const { app } = rig()
      const folder = mkdtempSync(join(tmpdir(), 'servicex-engine-'))
      const fake = `#!/bin/sh\n[ "$1" = load ] && exec cat >${folder}/loaded.tar\nexit 0\n`
      writeFileSync(join(folder, 'docker'), fake)
      chmodSync(join(folder, 'docker'), 0o755)
      vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`)
      try {
        const { exitCode, stderr } = await app.build('--load')
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
        expect(stderr).toMatch(/loaded .*apps\/sample:[0-9a-f]{40} into docker/)
        expect(inspect(`docker-archive:${folder}/loaded.tar`).Architecture).toBe('amd64')
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
  },
)

async function openRig(): Promise<Rig | undefined> {
  const registry = await startDockerRegistry()
  if (registry === undefined) return undefined
  const { host } = registry
  const baseImage = await pushBaseImage(host)
  const app = await openApp({
    packageJson: { servicex: { registry: `${host}/apps`, baseImage } },
    packages: [{ name: 'a', files: { 'index.js': 'x' } }],
  })
  await app.build('--update-base')
  app.commit()
  return {
    host,
    app,
    close: async () => {
      app.close()
      await registry.close()
    },
  }
}

async function putBlob(reference: string, text: string): Promise<{ digest: string; size: number }> {
  const url = toManifestUrl(reference, '').replace('/manifests/', '/blobs/uploads/')
  const opened = await fetch(url, { method: 'POST' })
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`
  const location = opened.headers.get('location') ?? ''
  await fetch(`${location}&digest=${digest}`, { method: 'PUT', body: text })
  return { digest, size: Buffer.byteLength(text) }
}

async function putManifest(
  reference: string,
  manifest: { readonly mediaType?: string; readonly [field: string]: unknown },
  version: string,
): Promise<{ mediaType: string; digest: string; size: number }> {
  const body = JSON.stringify(manifest)
  const mediaType = manifest.mediaType ?? ''
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`
  const tag = version.startsWith('sha256:') ? digest : version
  const headers = { 'content-type': mediaType }
  const answer = await fetch(toManifestUrl(reference, tag), { method: 'PUT', body, headers })
  if (!answer.ok) throw new Error(await answer.text())
  return { mediaType, digest, size: Buffer.byteLength(body) }
}

function toManifestUrl(reference: string, version: string): string {
  const [host = '', ...path] = (reference.split('@')[0] ?? '').replace(/:[^/:]*$/, '').split('/')
  return `http://${host}/v2/${path.join('/')}/manifests/${version}`
}
