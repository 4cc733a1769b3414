import { LABELS } from '../../../src/convention/labels.ts'
import type { RolloutSnapshot } from '../../plan/rollout/judge-rollout.ts'
import type {
  DeploymentObject,
  EventObject,
  PodObject,
  ReplicaSetObject,
} from '../../plan/rollout/objects.ts'
import { listObjects } from '../cluster/objects.ts'
import type { DeployContext } from './deploy-context.ts'

/** What the cluster says of all rollouts of an app, at one moment. */
export interface RolloutLists extends Omit<RolloutSnapshot, 'deployment'> {
  readonly deployments: readonly DeploymentObject[]
}

/** One list a kind, not one request a pod: the same cost for two pods and for two hundred. */
export async function readLists({
  client,
  app,
}: Pick<DeployContext, 'client' | 'app'>): Promise<RolloutLists> {
  const list = <Kind>(apiVersion: string, kind: string, query: Record<string, string>) =>
    listObjects<Kind>(client, { apiVersion, kind, metadata: { name: '', namespace: app } }, query)
  const own = { labelSelector: `${LABELS.partOf}=${app}` }
  const [deployments, replicaSets, pods, events] = await Promise.all([
    list<DeploymentObject>('apps/v1', 'Deployment', {}),
    list<ReplicaSetObject>('apps/v1', 'ReplicaSet', {}),
    list<PodObject>('v1', 'Pod', own),
    list<EventObject>('v1', 'Event', { fieldSelector: 'involvedObject.kind=Pod' }),
  ])
  return { deployments, replicaSets, pods, events }
}
