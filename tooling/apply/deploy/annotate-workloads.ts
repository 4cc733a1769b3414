import { ANNOTATIONS } from '../../../src/convention/labels.ts'
import type { Manifest } from '../../plan/manifests/manifest.ts'
import { toObjectPath } from '../cluster/resource-path.ts'
import type { DeployContext } from './deploy-context.ts'

/** Who deployed what, and when. */
export interface DeployNote {
  readonly revision: string
  readonly who: string
  readonly ciUrl?: string
  /** RFC 3339. */
  readonly startedAt: string
}

/**
 * Notes on each Deployment who deployed it, where `kubectl rollout history` and `kubectl describe` show it.
 * The notes have an owner of their own, so that applying the objects again neither removes nor changes them.
 */
export async function annotateWorkloads(
  { client, environment, report }: DeployContext,
  manifests: readonly Manifest[],
  { ciUrl, revision, startedAt, who }: DeployNote,
): Promise<void> {
  const annotations = {
    'kubernetes.io/change-cause': `kube ${environment} deploy ${revision} (${who})`,
    [ANNOTATIONS.who]: who,
    [ANNOTATIONS.deployedAt]: startedAt,
    [ANNOTATIONS.ciUrl]: ciUrl ?? null,
  }
  for (const manifest of manifests.filter(({ kind }) => kind === 'Deployment')) {
    try {
      await client.json({
        method: 'PATCH',
        path: `${await toObjectPath(client, manifest)}?fieldManager=kube-record`,
        contentType: 'application/merge-patch+json',
        body: JSON.stringify({ metadata: { annotations } }),
      })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      report({ type: 'warning', text: `Deployment/${manifest.metadata.name}: ${reason}` })
    }
  }
}
