import { MANAGER } from '../../../src/convention/labels.ts'
import type { ClusterClient } from './cluster-client.ts'
import type { LiveObject, ManagedFields } from './objects.ts'
import { toObjectPath } from './resource-path.ts'

/** Who writes as `kubectl apply` does without `--server-side`. Source: client-go, csaupgrade. */
const CLIENT_SIDE: ReadonlySet<string> = new Set(['kubectl-client-side-apply', 'kubectl'])

/**
 * Takes over the fields that `kubectl apply` has set, once: without that, a field that is no longer
 * applied would stay for ever. Says whether there was something to take over.
 */
export async function migrateFields(client: ClusterClient, live: LiveObject): Promise<boolean> {
  const managedFields = toMigrated(live.metadata.managedFields ?? [])
  if (managedFields === undefined) return false
  await client.json({
    method: 'PATCH',
    path: await toObjectPath(client, live),
    contentType: 'application/json-patch+json',
    body: JSON.stringify([
      { op: 'replace', path: '/metadata/managedFields', value: managedFields },
      { op: 'replace', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
    ]),
  })
  return true
}

/** Gives the managers with the client-side ones as ours, or nothing when there are none. */
function toMigrated(managers: readonly ManagedFields[]): readonly ManagedFields[] | undefined {
  const taken = managers.filter(isClientSide)
  const [first] = taken
  if (first === undefined) return undefined
  const own = managers.find(isOurs)
  const fieldsV1 = [...taken, ...(own === undefined ? [] : [own])]
    .map((one) => one.fieldsV1 ?? {})
    .reduce(union, {})
  return [
    ...managers.filter((one) => !isClientSide(one) && !isOurs(one)),
    { ...(own ?? first), manager: MANAGER, operation: 'Apply', fieldsV1 },
  ]
}

/** Says whether `kubectl apply`, without `--server-side`, has set these fields. */
export function isClientSide({
  manager = '',
  operation,
  subresource = '',
}: ManagedFields): boolean {
  return CLIENT_SIDE.has(manager) && operation === 'Update' && subresource === ''
}

function isOurs({ manager, operation, subresource = '' }: ManagedFields): boolean {
  return manager === MANAGER && operation === 'Apply' && subresource === ''
}

/** Both sets of fields as one: a tree of `f:name`. Source: Kubernetes, FieldsV1. */
function union(a: object, b: object): object {
  const merged = new Map<string, unknown>(Object.entries(a))
  for (const [name, value] of Object.entries(b) as [string, object][]) {
    const known = merged.get(name)
    merged.set(name, known === undefined ? value : union(known as object, value))
  }
  return Object.fromEntries(merged)
}
