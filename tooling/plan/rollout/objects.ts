/** The parts of Kubernetes' objects that a rollout is judged by. What a server leaves out is absent. */
export interface ObjectMeta {
  readonly name: string
  readonly uid?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly resourceVersion?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly { readonly uid: string; readonly kind?: string }[]
}

/** A condition of any object. */
export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

/** A Deployment. */
export interface DeploymentObject {
  readonly metadata: ObjectMeta
  readonly spec: {
    readonly replicas?: number
    readonly template: { readonly spec: PodSpec }
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly conditions?: readonly Condition[]
  }
}

/** A ReplicaSet. */
export interface ReplicaSetObject {
  readonly metadata: ObjectMeta
  readonly spec: { readonly replicas?: number; readonly template?: { readonly spec: PodSpec } }
  readonly status?: { readonly conditions?: readonly Condition[] }
}

/** What a pod is made of. */
export interface PodSpec {
  readonly nodeName?: string
  readonly containers: readonly ContainerSpec[]
}

/** One container of a pod. */
export interface ContainerSpec {
  readonly name: string
  readonly image?: string
  readonly resources?: { readonly limits?: Readonly<Record<string, string>> }
}

/** A pod. */
export interface PodObject {
  readonly metadata: ObjectMeta
  readonly spec?: PodSpec
  readonly status?: {
    readonly phase?: string
    readonly reason?: string
    readonly message?: string
    readonly conditions?: readonly Condition[]
    readonly containerStatuses?: readonly ContainerStatus[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
  }
}

/** How a container of a pod is. */
export interface ContainerStatus {
  readonly name: string
  readonly ready?: boolean
  readonly started?: boolean
  readonly restartCount?: number
  readonly state?: ContainerState
  readonly lastState?: ContainerState
}

/** What a container does, or did. */
export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string }
  readonly running?: { readonly startedAt?: string }
  readonly terminated?: Termination
}

/** How a container ended. */
export interface Termination {
  readonly exitCode?: number
  readonly signal?: number
  readonly reason?: string
  readonly message?: string
}

/** Something that Kubernetes tells of an object. */
export interface EventObject {
  readonly reason?: string
  readonly message?: string
  readonly count?: number
  readonly involvedObject?: { readonly uid?: string; readonly name?: string }
}
