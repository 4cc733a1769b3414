import {
  type ClusterClient,
  openClusterClient,
} from '../../tooling/apply/cluster/cluster-client.ts'
import { deleteObject, getObject } from '../../tooling/apply/cluster/objects.ts'
import { readClusterAccess } from '../../tooling/parse/kubeconfig/read-cluster-access.ts'
import { pollUntil } from '../real/poll-until.ts'
import type { Place } from './place.ts'

/** A cluster, as a test looks at it. */
export interface Api {
  readonly client: ClusterClient
  /** Asks the Service `web` of an app, through the API server. */
  get(app: string, path: string): Promise<{ readonly status: number; readonly body: string }>
  /** Removes the namespaces of apps, and waits until they are gone. */
  remove(...apps: readonly string[]): Promise<void>
}

/** Opens a view of the cluster; the caller closes its client. */
export async function openApi({
  kubeconfig,
  context,
}: Pick<Place, 'kubeconfig' | 'context'>): Promise<Api> {
  const access = await readClusterAccess(context, { KUBECONFIG: kubeconfig })
  const client = openClusterClient(access, { env: {}, proxy: {} })
  return {
    client,
    get: async (app, path) => {
      const proxy = `/api/v1/namespaces/${app}/services/web:80/proxy`
      const { status, body } = await client.anyAnswer({ method: 'GET', path: `${proxy}${path}` })
      return { status, body: (await body.toArray()).join('') }
    },
    remove: async (...apps) => {
      await Promise.all(apps.map((app) => removeNamespace(client, app)))
    },
  }
}

async function removeNamespace(client: ClusterClient, name: string): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
  await deleteObject(client, namespace)
  await pollUntil(
    async () => ((await getObject(client, namespace)) === undefined ? true : undefined),
    { what: `the namespace ${name} to go`, timeoutMs: 180_000, intervalMs: 500 },
  )
}
