import type { Manifest } from '../manifests/manifest.ts'

/** An object that the tool has applied. */
export interface InventoryItem {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

/** What holds data, or others' work: never deleted by a deploy. */
const KEPT_KINDS: ReadonlySet<string> = new Set(['Namespace', 'PersistentVolumeClaim', 'Secret'])

/** So many deletions are more likely a mistake than meant. */
const MAX_DELETIONS = 10
const MAX_SHARE = 0.3
const FEW = 2

/** What of the inventory is no longer planned. */
export interface PrunePlan {
  readonly deletions: readonly InventoryItem[]
  /** No longer planned, and left where it is. */
  readonly kept: readonly InventoryItem[]
  /** Why the deletions need to be confirmed; absent when they do not. */
  readonly concern?: string
}

/** Gives the items of the inventory that `manifests` stand for. */
export function toInventory(manifests: readonly Manifest[]): InventoryItem[] {
  return manifests.map(({ apiVersion, kind, metadata }) => ({
    apiVersion,
    kind,
    name: metadata.name,
  }))
}

/** Gives what makes two items the same object, whatever its version. */
export function toItemKey({ apiVersion, kind, name }: InventoryItem): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : ''
  return `${group}/${kind}/${name}`
}

/** Plans what to delete: what was applied before and is planned no more, and nothing else ever. */
export function planPrune(
  inventory: readonly InventoryItem[],
  manifests: readonly Manifest[],
): PrunePlan {
  const planned = new Set(toInventory(manifests).map(toItemKey))
  const gone = inventory.filter((item) => !planned.has(toItemKey(item)))
  const deletions = gone.filter(({ kind }) => !KEPT_KINDS.has(kind))
  const kept = gone.filter(({ kind }) => KEPT_KINDS.has(kind))
  const isMany =
    deletions.length > MAX_DELETIONS ||
    (deletions.length > FEW && deletions.length > inventory.length * MAX_SHARE)
  return isMany
    ? {
        deletions,
        kept,
        concern: `${deletions.length} of ${inventory.length} objects would be deleted`,
      }
    : { deletions, kept }
}
