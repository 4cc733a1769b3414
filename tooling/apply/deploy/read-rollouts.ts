import { LABELS } from '../../../src/convention/labels.ts'
import type { Finding } from '../../plan/rollout/finding.ts'
import {
  judgeRollout,
  type RolloutProgress,
  type RolloutState,
} from '../../plan/rollout/judge-rollout.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'
import { readLists } from './rollout-lists.ts'

/** How one process of an app is. */
export interface RolloutStatus {
  readonly name: string
  readonly revision: string
  readonly image: string
  readonly state: RolloutState['kind']
  readonly progress: RolloutProgress
  readonly findings: readonly Finding[]
}

/** Reads how every process of an app is now. */
export async function readRollouts(place: {
  readonly client: ClusterClient
  readonly app: string
}): Promise<readonly RolloutStatus[]> {
  const { deployments, ...lists } = await readLists(place)
  return deployments.map((deployment) => {
    const [container] = deployment.spec.template.spec.containers
    const target = { container: container?.name ?? '', image: container?.image ?? '' }
    const { kind, progress, findings } = judgeRollout({ deployment, ...lists }, target, {
      nowMs: 0,
      firstSeen: new Map(),
    })
    return {
      name: deployment.metadata.name,
      revision: deployment.metadata.labels?.[LABELS.version] ?? 'unknown',
      image: target.image,
      state: kind,
      progress,
      findings,
    }
  })
}
