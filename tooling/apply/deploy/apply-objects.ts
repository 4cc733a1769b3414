import type { Manifest } from '../../plan/manifests/manifest.ts'
import { isApiError } from '../cluster/api-error.ts'
import { migrateFields } from '../cluster/migrate-fields.ts'
import { applyObject, getObject, type LiveObject } from '../cluster/objects.ts'
import type { DeployContext } from './deploy-context.ts'

/** Applies objects one after the other, and says of each that changed that it did. Gives them as they are now. */
export async function applyObjects(
  context: DeployContext,
  manifests: readonly Manifest[],
): Promise<readonly LiveObject[]> {
  const applied: LiveObject[] = []
  for (const manifest of manifests) {
    context.signal.throwIfAborted()
    applied.push(await applyOne(context, manifest))
  }
  return applied
}

async function applyOne(
  { client, report }: DeployContext,
  manifest: Manifest,
): Promise<LiveObject> {
  const before = await getObject(client, manifest)
  if (before !== undefined && (await migrateFields(client, before)))
    report({ type: 'step', text: `took ${toName(manifest)} over from kubectl apply` })
  const after = await applyRetried(() => applyObject(client, manifest))
  const isNew = before === undefined
  const isChanged = before?.metadata.resourceVersion !== after.metadata.resourceVersion
  if (isNew || isChanged)
    report({ type: 'step', text: `${isNew ? 'created' : 'changed'} ${toName(manifest)}` })
  return after
}

const CONFLICTS = 5

/** Somebody else may write in the same moment. Source: Kubernetes, 409 of a forced apply. */
export async function applyRetried(apply: () => Promise<LiveObject>): Promise<LiveObject> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await apply()
    } catch (error) {
      if (!isApiError(error, 409) || attempt >= CONFLICTS) throw error
    }
  }
}

function toName({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`
}
