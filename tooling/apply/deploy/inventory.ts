import { LABELS, MANAGER } from '../../../src/convention/labels.ts'
import type { InventoryItem } from '../../plan/deploy/prune.ts'
import { toItemKey } from '../../plan/deploy/prune.ts'
import { applyObject, deleteObject, getObject, type LiveObject } from '../cluster/objects.ts'
import type { DeployContext } from './deploy-context.ts'

const NAME = 'kube-inventory'

/** Reads what the tool has applied in the app's namespace. */
export async function readInventory({
  client,
  app,
}: Pick<DeployContext, 'client' | 'app'>): Promise<InventoryItem[]> {
  const found = await getObject<LiveObject & { data?: { objects?: string } }>(client, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: NAME, namespace: app },
  })
  try {
    const items: unknown = JSON.parse(found?.data?.objects ?? '[]')
    return Array.isArray(items) ? (items as InventoryItem[]).filter(isItem) : []
  } catch {
    return []
  }
}

function isItem(item: Partial<InventoryItem> | null): boolean {
  return [item?.apiVersion, item?.kind, item?.name].every((field) => typeof field === 'string')
}

/** Writes what the tool has applied, or is about to: an object is known before it is made. */
export async function writeInventory(
  { client, app }: DeployContext,
  items: readonly InventoryItem[],
): Promise<void> {
  const unique = new Map(items.map((item) => [toItemKey(item), item]))
  await applyObject(client, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: NAME, namespace: app, labels: { [LABELS.managedBy]: MANAGER } },
    data: { objects: JSON.stringify([...unique.values()]) },
  })
}

/** Deletes objects of the inventory that are still labelled as the tool's own; says of each what it did. */
export async function prune(
  { client, app, report }: DeployContext,
  deletions: readonly InventoryItem[],
): Promise<void> {
  for (const { apiVersion, kind, name } of deletions) {
    const key = { apiVersion, kind, metadata: { name, namespace: app } }
    const live = await getObject(client, key)
    if (live === undefined) continue
    const labels = live.metadata.labels ?? {}
    if (labels[LABELS.managedBy] !== MANAGER) {
      report({ type: 'warning', text: `${kind}/${name} is no longer ours: left as it is` })
      continue
    }
    await deleteObject(client, key, live.metadata.uid)
    report({ type: 'step', text: `deleted ${kind}/${name}` })
  }
}
