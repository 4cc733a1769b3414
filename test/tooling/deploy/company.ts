import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type FakeRegistry, openFakeRegistry } from '../../fakes/fake-registry.ts'
import { type FakeApiServer, openApiServer } from '../../fakes/kubernetes/api-server.ts'
import { openRepository, type Repository } from '../parse/repository.ts'
import { runKube, type ToolRun } from '../run-kube.ts'

/** A registry and a cluster, and folders in which people work. */
export interface Company {
  readonly registry: FakeRegistry
  readonly api: FakeApiServer
  /** The variables by which the tool finds them. */
  readonly env: Readonly<Record<string, string>>
  /** `package.json#servicex` of everybody, with what is given over it. */
  settings(more?: object): object
  /** Makes the repository of an app, committed. */
  openApp(name: string, files?: Readonly<Record<string, string>>, more?: object): Repository
  /** Makes a folder with a package.json alone, in no repository. */
  openFolder(packageJson: object | undefined): string
  kube(cwd: string, ...argv: readonly string[]): Promise<ToolRun>
  close(): Promise<void>
}

/** Opens a company of fakes; the caller closes it. */
export async function openCompany(): Promise<Company> {
  const [registry, api] = await Promise.all([openFakeRegistry(), openApiServer()])
  const top = mkdtempSync(join(tmpdir(), 'servicex-company-'))
  const kubeconfig = join(top, 'kubeconfig')
  writeFileSync(kubeconfig, toKubeconfig(api.url))
  putBase(registry)
  const repositories: Repository[] = []
  const env = { KUBECONFIG: kubeconfig, XDG_CACHE_HOME: join(top, 'cache') }
  const settings = (more: object = {}): object => ({
    registry: `${registry.host}/apps`,
    baseImage: `${registry.host}/base/node:24-slim`,
    environments: { production: { context: 'acme' }, qa: { context: 'acme' } },
    ...more,
  })
  return {
    registry,
    api,
    env,
    settings,
    openApp: (name, files = {}, more = {}) => {
      const packageJson = { name, version: '1.0.0', type: 'module', servicex: settings(more) }
      const locked = { name, version: '1.0.0', lockfileVersion: 3, packages: { '': { name } } }
      const repository = openRepository({
        'package.json': JSON.stringify(packageJson),
        'package-lock.json': JSON.stringify(locked),
        '.github/workflows/deploy.yml': 'run: npx kube prod deploy HEAD\n',
        'app.js': "import 'servicex'\n",
        'service.ts': `export default { name: '${name}' }\n`,
        ...files,
      })
      repositories.push(repository)
      repository.commit()
      return repository
    },
    openFolder: (packageJson) => {
      const folder = mkdtempSync(join(top, 'folder-'))
      if (packageJson !== undefined)
        writeFileSync(join(folder, 'package.json'), JSON.stringify(packageJson))
      return folder
    },
    kube: (cwd, ...argv) => runKube(argv, { cwd, env }),
    close: async () => {
      for (const repository of repositories) repository.close()
      rmSync(top, { recursive: true, force: true })
      await Promise.all([registry.close(), api.close()])
    },
  }
}

function toKubeconfig(server: string): string {
  return `contexts: [{ name: acme, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: '${server}' } }]
users: [{ name: u, user: { token: t } }]
`
}

/** An image of nothing, which says that it has Node. */
function putBase({ blobs, manifests }: FakeRegistry): void {
  const put = (bytes: Buffer): { digest: string; size: number } => {
    const digest = toDigest(bytes)
    blobs.set(`base/node/${digest}`, bytes)
    return { digest, size: bytes.length }
  }
  const tar = Buffer.alloc(1024)
  const layer = put(gzipSync(tar))
  const config = put(
    Buffer.from(
      JSON.stringify({
        os: 'linux',
        architecture: 'amd64',
        config: { Env: ['NODE_VERSION=24.11.1'], Cmd: ['node'] },
        rootfs: { type: 'layers', diff_ids: [toDigest(tar)] },
      }),
    ),
  )
  const type = 'application/vnd.oci.image'
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: `${type}.manifest.v1+json`,
      config: { mediaType: `${type}.config.v1+json`, ...config },
      layers: [{ mediaType: `${type}.layer.v1.tar+gzip`, ...layer }],
    }),
  )
  for (const name of ['24-slim', toDigest(bytes)])
    manifests.set(`base/node/${name}`, { bytes, mediaType: `${type}.manifest.v1+json` })
}

function toDigest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
