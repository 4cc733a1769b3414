import type { PodObject } from '../../../tooling/plan/rollout/objects.ts'
import type { Store, Stored } from './store.ts'

/** How the pods of an image do, at the n-th look at them. */
export interface RolloutScript {
  /** Whether the Deployment counts them as updated, ready and available. */
  readonly isReady: (look: number) => boolean
  /** The status of a new pod, while it is not ready. */
  readonly status?: (look: number) => PodObject['status']
  /** What the ReplicaSet says, instead of making pods. */
  readonly refusal?: string
  /** What the Deployment says once it has given up waiting. */
  readonly deadline?: string
  readonly events?: readonly { readonly reason: string; readonly message: string }[]
  /** The log of the run that ended. */
  readonly log?: string
  /** The answer of /readyz. */
  readonly readiness?: string
  /** The answer of /metrics, of a pod by its name. */
  readonly metrics?: (pod: string) => string
}

const RUNNING = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }

/** A rollout that succeeds at the second look. */
const HEALTHY: RolloutScript = { isReady: (look) => look > 1 }

const REVISION = 'deployment.kubernetes.io/revision'

interface DeploymentSpec {
  readonly replicas?: number
  readonly template: {
    readonly spec: { readonly containers: readonly { readonly image: string }[] }
  }
}

/** Plays the Deployment controller: one step each time the Deployments are listed. */
export class Rollouts {
  /** By image; `HEALTHY` for one that is not named. */
  readonly scripts: Map<string, RolloutScript> = new Map()
  readonly #looks = new Map<string, number>()
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** Lets every Deployment of a namespace go one step on. */
  step(namespace: string): void {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`
    for (const deployment of this.#store.list(path)) this.#stepOne(path, deployment)
  }

  /** The script of the image that a pod runs. */
  scriptOf(image: string): RolloutScript {
    return this.scripts.get(image) ?? HEALTHY
  }

  #stepOne(path: string, deployment: Stored): void {
    const spec = deployment['spec'] as DeploymentSpec
    const image = spec.template.spec.containers[0]?.image ?? ''
    const key = `${deployment.metadata.name} ${image}`
    const look = (this.#looks.get(key) ?? 0) + 1
    this.#looks.set(key, look)
    const script = this.scriptOf(image)
    const revision = this.#revisionOf(deployment, image)
    const isReady = script.refusal === undefined && script.isReady(look)
    const count = spec.replicas ?? 2
    this.#store.put(`${path}/${deployment.metadata.name}`, {
      ...deployment,
      metadata: {
        ...deployment.metadata,
        annotations: { ...deployment.metadata.annotations, [REVISION]: revision },
      },
      status: {
        observedGeneration: deployment.metadata.generation,
        replicas: isReady ? count : count + 1,
        updatedReplicas: isReady ? count : 1,
        readyReplicas: count,
        availableReplicas: count,
        conditions: toConditions(script),
      },
    })
    this.#putReplicaSet(deployment, { image, revision, script, look, isReady })
  }

  #revisionOf(deployment: Stored, image: string): string {
    const images = [...this.#looks.keys()].filter((key) =>
      key.startsWith(`${deployment.metadata.name} `),
    )
    return String(images.indexOf(`${deployment.metadata.name} ${image}`) + 1)
  }

  #putReplicaSet(
    deployment: Stored,
    {
      image,
      revision,
      script,
      look,
      isReady,
    }: { image: string; revision: string; script: RolloutScript; look: number; isReady: boolean },
  ): void {
    const { name, namespace = '' } = deployment.metadata
    const labels = { 'app.kubernetes.io/part-of': namespace }
    const conditions =
      script.refusal === undefined
        ? []
        : [
            {
              type: 'ReplicaFailure',
              status: 'True',
              reason: 'FailedCreate',
              message: script.refusal,
            },
          ]
    const set = `${name}-${revision}`
    const stored = this.#store.put(`/apis/apps/v1/namespaces/${namespace}/replicasets/${set}`, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: set,
        namespace,
        annotations: { [REVISION]: revision },
        ownerReferences: [{ uid: deployment.metadata.uid }],
      } as Stored['metadata'],
      spec: {},
      status: { conditions },
    })
    if (script.refusal !== undefined) return
    const pod = `${set}-x`
    const made = this.#store.put(`/api/v1/namespaces/${namespace}/pods/${pod}`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: pod,
        namespace,
        labels,
        ownerReferences: [{ uid: stored.metadata.uid }],
      } as Stored['metadata'],
      spec: { containers: [{ name: 'web', image, resources: { limits: { memory: '512Mi' } } }] },
      status: isReady ? RUNNING : script.status?.(look),
    })
    for (const [index, event] of (script.events ?? []).entries())
      this.#store.put(`/api/v1/namespaces/${namespace}/events/${pod}.${index}`, {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: `${pod}.${index}`, namespace },
        involvedObject: { kind: 'Pod', name: pod, uid: made.metadata.uid },
        ...event,
      })
  }
}

function toConditions({ deadline: message }: RolloutScript): object[] {
  if (message === undefined) return []
  const reason = 'ProgressDeadlineExceeded'
  return [{ type: 'Progressing', status: 'False', reason, message }]
}
