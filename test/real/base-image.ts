import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { packTar, type TarEntry } from 'modern-tar'

/** The repository and tag of the base image in a test's registry. */
const BASE_IMAGE = 'base/node:24-slim'

const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip'
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json'
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** What glibc loads by name, besides what `ldd` lists. */
const NAME_SERVICES = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2']

/** The files of /etc that a program on glibc reads. */
const ETC: Readonly<Record<string, string>> = {
  passwd:
    'root:x:0:0:root:/root:/sbin/nologin\nnode:x:1000:1000::/home/node:/sbin/nologin\nnonroot:x:65532:65532::/home/node:/sbin/nologin\n',
  group: 'root:x:0:\nnode:x:1000:\nnonroot:x:65532:\n',
  'nsswitch.conf': 'hosts: files dns\n',
  hosts: '127.0.0.1 localhost\n',
}

/**
 * Makes a base image without Docker Hub, as an OCI layout in a folder, and gives that folder: the Node
 * binary of the npm package `node`, the libraries of this machine that it is linked with, and the
 * few files of /etc that glibc reads. Made once for each Node version; later calls find it.
 */
async function makeBaseLayout(): Promise<string> {
  const node = realpathSync(
    join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node'),
  )
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  const folder = join(tmpdir(), `servicex-base-${version}-${process.getuid?.() ?? 0}`)
  if (existsSync(join(folder, 'index.json'))) return folder
  const draft = `${folder}.${process.pid}`
  mkdirSync(join(draft, 'blobs/sha256'), { recursive: true })
  const tar = Buffer.from(await packTar(toEntries(node)))
  const layer = writeBlob(draft, gzipSync(tar, { level: 1 }))
  const config = writeBlob(draft, toConfig(toDigest(tar)))
  const manifest = writeBlob(
    draft,
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: { mediaType: CONFIG_TYPE, ...config },
      layers: [{ mediaType: LAYER_TYPE, ...layer }],
    }),
  )
  writeFileSync(join(draft, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  const annotations = { 'org.opencontainers.image.ref.name': 'base' }
  const manifests = [{ mediaType: MANIFEST_TYPE, ...manifest, annotations }]
  writeFileSync(join(draft, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
  try {
    renameSync(draft, folder)
  } catch {
    // Another test was faster.
  }
  return folder
}

/** Makes the base image and lets skopeo push it to a registry; gives its name there. */
export async function pushBaseImage(host: string): Promise<string> {
  const layout = await makeBaseLayout()
  const name = `${host}/${BASE_IMAGE}`
  const words = ['copy', '--quiet', '--insecure-policy', '--dest-tls-verify=false']
  execFileSync('skopeo', [...words, `oci:${layout}:base`, `docker://${name}`])
  return name
}

function toEntries(node: string): TarEntry[] {
  const listed = execFileSync('ldd', [node], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
  const nearby = dirname(listed.find((path) => path.includes('libc.so')) ?? '/lib')
  const libraries = [...listed, ...NAME_SERVICES.map((name) => join(nearby, name))]
  const folders = ['etc', 'home', 'home/node', 'tmp', 'usr', 'usr/local', 'usr/local/bin']
  const places = new Set([...folders, ...libraries.flatMap((path) => parentsOf(path.slice(1)))])
  return [
    ...[...places].toSorted().map((name) => toFolder(name)),
    toFile('usr/local/bin/node', readFileSync(node), 0o755),
    ...[...new Set(libraries)]
      .filter((path) => existsSync(path))
      .map((path) => toFile(path.slice(1), readFileSync(path), 0o755)),
    ...Object.entries(ETC).map(([name, text]) => toFile(`etc/${name}`, Buffer.from(text), 0o644)),
  ]
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'))
}

function toFolder(name: string): TarEntry {
  const mode = name === 'tmp' ? 0o1777 : 0o755
  return { header: { name: `${name}/`, type: 'directory', size: 0, mode, mtime: new Date(0) } }
}

function toFile(name: string, body: Buffer, mode: number): TarEntry {
  return { header: { name, type: 'file', size: body.length, mode, mtime: new Date(0) }, body }
}

function toConfig(diffId: string): string {
  return JSON.stringify({
    architecture: ARCHITECTURES[process.arch],
    os: 'linux',
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      Cmd: ['node'],
    },
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [{ created_by: 'node from npm' }],
  })
}

function writeBlob(folder: string, content: string | Buffer): { digest: string; size: number } {
  const bytes = Buffer.from(content)
  const digest = toDigest(bytes)
  writeFileSync(join(folder, 'blobs/sha256', digest.slice('sha256:'.length)), bytes)
  return { digest, size: bytes.length }
}

function toDigest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
