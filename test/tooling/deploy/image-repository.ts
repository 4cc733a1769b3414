import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FakeRegistry, openFakeRegistry } from '../../fakes/fake-registry.ts'
import { openRepository } from '../parse/repository.ts'
import { toSampleImage } from '../registry/sample-image.ts'
import { runKube, type ToolRun } from '../run-kube.ts'
import type { Stage } from './stage.ts'

/** A repository of the app `users`, whose images are in a registry and whose environments are a fake cluster. */
export interface ImageRepository {
  /** Runs kube in it. */
  kube(...argv: readonly string[]): Promise<ToolRun>
  /** Puts an image into the registry; gives its reference. */
  putImage(name: string): string
  close(): Promise<void>
}

/** What of the repository may differ. */
export interface RepositoryOptions {
  /** The text of `service.ts`. */
  readonly service?: string
  /** What the settings say beside the environments. */
  readonly settings?: object
  /** What the settings of production say beside the context. */
  readonly production?: object
  readonly env?: Readonly<Record<string, string>>
}

/** Opens one; the caller closes it. */
export async function openImageRepository(
  { api }: Stage,
  {
    service = "export default { name: 'users' }",
    settings,
    production,
    env,
  }: RepositoryOptions = {},
): Promise<ImageRepository> {
  const registry = await openFakeRegistry()
  const servicex = {
    ...settings,
    registry: registry.host,
    environments: { production: { context: 'acme', ...production } },
  }
  const repository = openRepository({
    'package.json': JSON.stringify({ name: 'users', type: 'module', servicex }),
    'service.ts': service,
  })
  const kubeconfig = join(repository.root, 'kubeconfig')
  writeFileSync(
    kubeconfig,
    `contexts: [{ name: acme, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: '${api.url}' } }]
users: [{ name: u, user: { token: sentinel-token } }]
`,
  )
  return {
    kube: (...argv) =>
      runKube(argv, { cwd: repository.root, env: { KUBECONFIG: kubeconfig, USER: 'ann', ...env } }),
    putImage: (name) => putImage(registry, name),
    close: async () => {
      repository.close()
      await registry.close()
    },
  }
}

function putImage({ blobs, host, manifests }: FakeRegistry, name: string): string {
  const image = toSampleImage(name)
  for (const { descriptor, open } of image.blobs) {
    blobs.set(`users/${descriptor.digest}`, open?.(0).read() as Buffer)
  }
  const { bytes, descriptor } = image.manifest
  const { digest, mediaType } = descriptor
  manifests.set(`users/${digest}`, { bytes: Buffer.from(bytes), mediaType })
  return `${host}/users@${digest}`
}
