import type {
  ContainerStatus,
  DeploymentObject,
  EventObject,
  PodObject,
  ReplicaSetObject,
} from '../../../tooling/plan/rollout/objects.ts'
import type { RolloutSnapshot, RolloutTarget } from '../../../tooling/plan/rollout/judge-rollout.ts'

/** What every rollout of these tests asks for. */
export const TARGET: RolloutTarget = { container: 'web', image: 'r/billing@sha256:2' }

/** What is said of a Deployment in a test; the rest is a rollout under way. */
export interface DeploymentParts {
  readonly status?: DeploymentObject['status']
  readonly generation?: number
  readonly image?: string
}

/** Gives a Deployment of two pods. */
function toDeployment({
  status,
  generation = 2,
  image = TARGET.image,
}: DeploymentParts = {}): DeploymentObject {
  return {
    metadata: {
      name: 'web',
      uid: 'd',
      generation,
      annotations: { 'deployment.kubernetes.io/revision': '2' },
    },
    spec: { replicas: 2, template: { spec: { containers: [{ name: 'web', image }] } } },
    status: {
      observedGeneration: 2,
      replicas: 3,
      updatedReplicas: 1,
      readyReplicas: 2,
      availableReplicas: 2,
      ...status,
    },
  }
}

/** Gives a ReplicaSet of the Deployment; revision 2 is the newest. */
export function toReplicaSet(revision = '2', message?: string): ReplicaSetObject {
  const conditions =
    message === undefined
      ? []
      : [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }]
  return {
    metadata: {
      name: `web-${revision}`,
      uid: `rs${revision}`,
      annotations: { 'deployment.kubernetes.io/revision': revision },
      ownerReferences: [{ uid: 'd' }],
    },
    spec: {},
    status: { conditions },
  }
}

/** Gives a pod of the newest ReplicaSet. */
export function toPod(status: PodObject['status'], revision = '2'): PodObject {
  return {
    metadata: {
      name: `web-${revision}-x`,
      uid: `p${revision}`,
      ownerReferences: [{ uid: `rs${revision}` }],
    },
    spec: { containers: [{ name: 'web', resources: { limits: { memory: '512Mi' } } }] },
    ...(status === undefined ? {} : { status }),
  }
}

/** Gives a pod whose container is so. */
export function toPodOf(container: Omit<ContainerStatus, 'name'>): PodObject {
  return toPod({ containerStatuses: [{ name: 'web', ...container }] })
}

/** Gives a container that waits for `reason`. */
export function waitingFor(reason: string, message = '', more: object = {}): PodObject {
  return toPodOf({ state: { waiting: { reason, message } }, ...more })
}

/** Gives what the cluster says, with one new pod. */
export function toSnapshot(
  pod: PodObject,
  {
    events = [],
    ...deployment
  }: DeploymentParts & { readonly events?: readonly EventObject[] } = {},
): RolloutSnapshot {
  return {
    deployment: toDeployment(deployment),
    replicaSets: [toReplicaSet('1'), toReplicaSet('2')],
    pods: [pod],
    events: events.map((event) => ({ involvedObject: { uid: 'p2' }, ...event })),
  }
}
