import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { isApiError } from './api-error.ts'
import type { ClusterClient } from './cluster-client.ts'
import type { ObjectKey } from './objects.ts'

/** Groups whose resources are called by rule: the kind, in the plural and in lower case. */
const OWN_GROUPS: ReadonlySet<string> = new Set([
  '',
  'apps',
  'autoscaling',
  'batch',
  'coordination.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
])

const discovered = new WeakMap<ClusterClient, Map<string, Promise<string | undefined>>>()

/** Gives the path of one object. */
export async function toObjectPath(client: ClusterClient, key: ObjectKey): Promise<string> {
  return `${await toResourcePath(client, key)}/${encodeURIComponent(key.metadata.name)}`
}

/**
 * Gives the path of all objects of a kind, in the namespace of `key`. Asks the cluster for custom kinds,
 * once each. Rejects with SERVICEX_CLUSTER_REFUSED when it does not have them.
 */
export async function toResourcePath(client: ClusterClient, key: ObjectKey): Promise<string> {
  const { apiVersion, kind, metadata } = key
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
  const resource = OWN_GROUPS.has(group)
    ? toPlural(kind)
    : await toDiscovered(client, apiVersion, kind)
  if (resource === undefined)
    throw new ServicexError('SERVICEX_CLUSTER_REFUSED', {
      summary: `the cluster has no ${apiVersion}/${kind}`,
      fix: `install what brings ${kind}, or take it out of kube/`,
    })
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const namespace = metadata.namespace
  return namespace === undefined
    ? `${root}/${resource}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}`
}

/** Says whether the cluster has a kind. */
export async function hasKind(
  client: ClusterClient,
  apiVersion: string,
  kind: string,
): Promise<boolean> {
  return (await toDiscovered(client, apiVersion, kind)) !== undefined
}

/** Source: Kubernetes, how its own resources are named. */
function toPlural(kind: string): string {
  const name = kind.toLowerCase()
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`
  return name.endsWith('s') ? `${name}es` : `${name}s`
}

function toDiscovered(
  client: ClusterClient,
  apiVersion: string,
  kind: string,
): Promise<string | undefined> {
  const known = discovered.get(client) ?? new Map<string, Promise<string | undefined>>()
  discovered.set(client, known)
  const key = `${apiVersion}/${kind}`
  const found = known.get(key) ?? discover(client, apiVersion, kind)
  known.set(key, found)
  return found
}

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string }[]
}

async function discover(
  client: ClusterClient,
  apiVersion: string,
  kind: string,
): Promise<string | undefined> {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  try {
    const { resources = [] } = await client.json<ResourceList>({ method: 'GET', path: root })
    return resources.find((one) => one.kind === kind && !one.name.includes('/'))?.name
  } catch (error) {
    if (isApiError(error, 404)) return undefined
    throw error
  }
}
