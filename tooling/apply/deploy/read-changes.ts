import { LABELS, MANAGER } from '../../../src/convention/labels.ts'
import { type InventoryItem, planPrune } from '../../plan/deploy/prune.ts'
import { withoutAbandoned } from '../../plan/diff/abandoned-fields.ts'
import { type ObjectChange, toChange } from '../../plan/diff/object-change.ts'
import type { Manifest } from '../../plan/manifests/manifest.ts'
import { isApiError } from '../cluster/api-error.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'
import { isClientSide } from '../cluster/migrate-fields.ts'
import { applyObject, getObject, type LiveObject } from '../cluster/objects.ts'
import { hasKind } from '../cluster/resource-path.ts'
import { applyRetried } from './apply-objects.ts'
import { readInventory } from './inventory.ts'

/** What a deploy would do to the cluster. */
export interface DeployChanges {
  readonly objects: readonly ObjectChange[]
  /** Why the deletions would have to be confirmed by `--allow-prune`. */
  readonly concern?: string
  /** The namespace is there: objects could be tried. */
  readonly hasNamespace: boolean
}

/** The cluster of an app. */
export interface AppPlace {
  readonly client: ClusterClient
  readonly app: string
}

/**
 * Compares what lives with what a deploy of `manifests` would make of it, by server-side dry runs and
 * the inventory. Changes nothing. What the cluster would refuse is said of the object, not thrown.
 */
export async function readChanges(
  place: AppPlace,
  manifests: readonly Manifest[],
): Promise<DeployChanges> {
  const { client, app } = place
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: app } }
  const hasNamespace = (await getObject(client, namespace)) !== undefined
  const pruning = planPrune(hasNamespace ? await readInventory(place) : [], manifests)
  const [planned, deleted] = await Promise.all([
    Promise.all(manifests.map((one) => toPlanned(client, one, hasNamespace))),
    Promise.all(pruning.deletions.map((item) => toDeleted(place, item))),
  ])
  const kept = pruning.kept.map((item) => ({ ...item, change: 'kept' as const }))
  return {
    objects: [...planned, ...deleted.flat(), ...kept],
    hasNamespace,
    ...(pruning.concern === undefined ? {} : { concern: pruning.concern }),
  }
}

async function toPlanned(
  client: ClusterClient,
  manifest: Manifest,
  hasNamespace: boolean,
): Promise<ObjectChange> {
  // Nothing can be tried in a namespace that is not there yet.
  if (!hasNamespace && manifest.metadata.namespace !== undefined)
    return toChange(undefined, manifest)
  const refuse = (reasons: readonly string[]): ObjectChange => ({
    ...toChange(manifest, manifest),
    change: 'refused',
    reasons,
  })
  const { apiVersion, kind } = manifest
  if (!(await hasKind(client, apiVersion, kind)))
    return refuse([`the cluster has no ${apiVersion}/${kind}`])
  const live = await getObject(client, manifest)
  try {
    return toChange(live, await tryObject(client, manifest, live))
  } catch (error) {
    return refuse(toReasons(error))
  }
}

/** What the object would be, and who would own its fields. */
async function tryObject(
  client: ClusterClient,
  manifest: Manifest,
  live: LiveObject | undefined,
): Promise<Manifest> {
  const tried = await applyRetried(() => applyObject(client, manifest, { isDryRun: true }))
  const left = (live?.metadata.managedFields ?? []).filter(isClientSide)
  if (left.length === 0) return tried
  const others = (tried.metadata.managedFields ?? []).filter((owner) => !isClientSide(owner))
  return withoutAbandoned(tried, left, others)
}

function toReasons(error: unknown): readonly string[] {
  if (!isApiError(error)) throw error
  const causes = error.causes
    .map(({ field = '', message = '' }) => `${field} ${message}`.trim())
    .filter((cause) => cause !== '')
  return causes.length > 0 ? causes : [error.message]
}

/** Nothing when it is gone already; what lost our label stays. */
async function toDeleted(
  { client, app }: AppPlace,
  { apiVersion, kind, name }: InventoryItem,
): Promise<readonly ObjectChange[]> {
  const key = { apiVersion, kind, metadata: { name, namespace: app } }
  const live = await getObject(client, key)
  if (live === undefined) return []
  const isOurs = live.metadata.labels?.[LABELS.managedBy] === MANAGER
  return isOurs ? [toChange(live, undefined)] : []
}
