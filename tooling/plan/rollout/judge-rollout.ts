/**
 * Judges a rollout by what the cluster says of it at one moment: pure, so that every verdict is a row of
 * a table. What must last before it counts is remembered by the caller, in `firstSeen`.
 */
import { type Finding, type FirstSeen, toFindingKey } from './finding.ts'
import type { DeploymentObject, EventObject, PodObject, ReplicaSetObject } from './objects.ts'
import { findInPod } from './pod-findings.ts'
import { findInReplicaSet } from './replica-set-findings.ts'
import { type VerdictCode, VERDICTS } from './verdict-code.ts'

/** What the cluster says of one Deployment, read by lists of the same moment. */
export interface RolloutSnapshot {
  readonly deployment: DeploymentObject
  /** Of the Deployment's selector; others are left out. */
  readonly replicaSets: readonly ReplicaSetObject[]
  readonly pods: readonly PodObject[]
  readonly events: readonly EventObject[]
}

/** What was asked for. */
export interface RolloutTarget {
  /** The container's image, as it was applied. */
  readonly image: string
  readonly container: string
}

/** How many pods there are of those that there should be. */
export interface RolloutProgress {
  readonly desired: number
  readonly updated: number
  readonly ready: number
  readonly available: number
  /** Pods of earlier revisions that still count. */
  readonly old: number
}

/** How a rollout is. */
export interface RolloutState {
  readonly kind: 'progressing' | 'succeeded' | 'failed' | 'superseded'
  readonly progress: RolloutProgress
  /** What keeps it from ending, the certain first. */
  readonly findings: readonly Finding[]
  readonly firstSeen: FirstSeen
}

/** How long a worry may last before it is a failure, seconds. */
export const TOLERANCE_SECONDS: Partial<Readonly<Record<VerdictCode, number>>> = {
  IMAGE_PULL_TRANSIENT: 60,
  UNSCHEDULABLE: 120,
  NOT_READY: 90,
  ADMISSION: 60,
  PROBE_KILLED: 300,
}

/** Judges a rollout at `nowMs`, by what was seen of it before. */
export function judgeRollout(
  snapshot: RolloutSnapshot,
  target: RolloutTarget,
  { nowMs, firstSeen }: { readonly nowMs: number; readonly firstSeen: FirstSeen },
): RolloutState {
  const progress = toProgress(snapshot.deployment)
  if (isSuperseded(snapshot.deployment, target))
    return { kind: 'superseded', progress, findings: [toSuperseded(snapshot)], firstSeen }
  const newest = findNewest(snapshot)
  if (newest === undefined) return { kind: 'progressing', progress, findings: [], firstSeen }
  const raw = [...findDeadline(snapshot.deployment), ...findIn(newest, snapshot)]
  const seen = new Map(
    raw.map((finding) => {
      const key = toFindingKey(finding)
      return [key, firstSeen.get(key) ?? nowMs]
    }),
  )
  const findings = raw
    .map((finding) => toJudged(finding, nowMs - (seen.get(toFindingKey(finding)) ?? nowMs)))
    .toSorted((a, b) => RANK[a.certainty] - RANK[b.certainty])
  const isFailed = findings.some(({ certainty }) => certainty === 'failed')
  const kind = isFailed ? 'failed' : isComplete(progress) ? 'succeeded' : 'progressing'
  return { kind, progress, findings, firstSeen: seen }
}

const RANK: Readonly<Record<Finding['certainty'], number>> = { failed: 0, worrying: 1, waiting: 2 }

/** What the controller counted before it saw the change are all old pods. */
function toProgress(deployment: DeploymentObject): RolloutProgress {
  const { spec, status = {} } = deployment
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status
  const updated = isObserved(deployment) ? (status.updatedReplicas ?? 0) : 0
  return {
    desired: spec.replicas ?? 1,
    updated,
    ready: readyReplicas,
    available: availableReplicas,
    old: replicas - updated,
  }
}

function isComplete({ desired, updated, ready, available, old }: RolloutProgress): boolean {
  return [updated, ready, available].every((count) => count === desired) && old === 0
}

function isObserved({ metadata, status }: DeploymentObject): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
}

/** An autoscaler moves the generation as well: what counts is the image of the pods. */
function isSuperseded({ spec }: DeploymentObject, { image, container }: RolloutTarget): boolean {
  const own = spec.template.spec.containers.find(({ name }) => name === container)
  return own?.image !== image
}

function toSuperseded({ deployment }: RolloutSnapshot): Finding {
  const image = deployment.spec.template.spec.containers[0]?.image ?? 'unknown'
  return {
    code: 'SUPERSEDED',
    certainty: 'failed',
    subject: `Deployment ${deployment.metadata.name}`,
    message: `its image is ${image} now`,
    suggestion: VERDICTS.SUPERSEDED.suggestion,
  }
}

const REVISION = 'deployment.kubernetes.io/revision'

/** The ReplicaSet that the Deployment says is its own latest; nothing until the controller has seen the change. */
export function findNewest({
  deployment,
  replicaSets,
}: Pick<RolloutSnapshot, 'deployment' | 'replicaSets'>): ReplicaSetObject | undefined {
  if (!isObserved(deployment)) return undefined
  const revision = deployment.metadata.annotations?.[REVISION]
  return replicaSets.find(
    ({ metadata }) =>
      metadata.annotations?.[REVISION] === revision && isOwnedBy(metadata, deployment.metadata.uid),
  )
}

/** Says whether an object was made by the one with this uid. */
export function isOwnedBy(
  metadata: ReplicaSetObject['metadata'],
  uid: string | undefined,
): boolean {
  return (metadata.ownerReferences ?? []).some((owner) => owner.uid === uid)
}

function findIn(newest: ReplicaSetObject, { pods, events }: RolloutSnapshot): Finding[] {
  const own = pods.filter(({ metadata }) => isOwnedBy(metadata, newest.metadata.uid))
  return [
    ...findInReplicaSet(newest),
    ...own.flatMap((pod) =>
      findInPod(
        pod,
        events.filter(({ involvedObject }) => involvedObject?.uid === pod.metadata.uid),
      ),
    ),
  ]
}

/** Source: Kubernetes, Deployment status; only once the controller has seen this generation. */
function findDeadline({ metadata, status }: DeploymentObject): Finding[] {
  const exceeded = status?.conditions?.find(
    ({ type, status: is, reason }) =>
      type === 'Progressing' && is === 'False' && reason === 'ProgressDeadlineExceeded',
  )
  if (exceeded === undefined) return []
  return [
    {
      code: 'DEADLINE',
      certainty: 'failed',
      subject: `Deployment ${metadata.name}`,
      message: exceeded.message ?? 'no progress within progressDeadlineSeconds',
      suggestion: VERDICTS.DEADLINE.suggestion,
    },
  ]
}

function toJudged(finding: Finding, ageMs: number): Finding {
  const tolerance = TOLERANCE_SECONDS[finding.code]
  if (finding.certainty !== 'worrying' || tolerance === undefined) return finding
  return ageMs >= tolerance * 1000 ? { ...finding, certainty: 'failed' } : finding
}
