import { findInContainer } from './container-findings.ts'
import type { Finding } from './finding.ts'
import type { Condition, EventObject, PodObject } from './objects.ts'
import { type VerdictCode, VERDICTS } from './verdict-code.ts'

/** Why pods end that is no fault of theirs. Source: Kubernetes, pod disruption conditions and status reasons. */
const DISRUPTIONS: Readonly<Record<string, VerdictCode>> = {
  Evicted: 'EVICTED',
  EvictionByEvictionAPI: 'EVICTED',
  Preempting: 'PREEMPTED',
  Preempted: 'PREEMPTED',
  PreemptionByScheduler: 'PREEMPTED',
  NodeLost: 'NODE_LOST',
  NodeShutdown: 'NODE_LOST',
  Shutdown: 'NODE_LOST',
  Terminated: 'NODE_LOST',
  TerminationByKubelet: 'NODE_LOST',
  DeletionByTaintManager: 'NODE_LOST',
  DeletionByPodGC: 'NODE_LOST',
}

/** Lists what is wrong with one new pod, by the events of that pod. */
export function findInPod(pod: PodObject, events: readonly EventObject[]): Finding[] {
  const disrupted = findDisruption(pod)
  if (disrupted !== undefined) return [disrupted]
  if (pod.metadata.deletionTimestamp !== undefined) return []
  const unscheduled = findUnscheduled(pod, events)
  if (unscheduled !== undefined) return [unscheduled]
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
  const places = [
    ...initContainerStatuses.map((status) => ({ pod, status, events, isInit: true })),
    ...containerStatuses.map((status) => ({ pod, status, events, isInit: false })),
  ]
  const found = places.map(findInContainer).filter((finding) => finding !== undefined)
  return found.length > 0 ? found : findNotReady(pod)
}

function findDisruption(pod: PodObject): Finding | undefined {
  const target = conditionOf(pod, 'DisruptionTarget')
  const reason = target?.status === 'True' ? target.reason : pod.status?.reason
  const code = DISRUPTIONS[reason ?? '']
  if (code === undefined) return undefined
  const message = target?.message ?? pod.status?.message ?? VERDICTS[code].meaning
  return toFinding(pod, code, { message, certainty: 'waiting' })
}

function findUnscheduled(pod: PodObject, events: readonly EventObject[]): Finding | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (scheduled?.status !== 'False' || scheduled.reason === 'SchedulingGated') return undefined
  const isScalingUp = events.some(({ reason }) => reason === 'TriggeredScaleUp')
  const message = scheduled.message ?? 'no node fits'
  return isScalingUp
    ? toFinding(pod, 'UNSCHEDULABLE', {
        message: `${message}; nodes are being added`,
        certainty: 'waiting',
      })
    : toFinding(pod, 'UNSCHEDULABLE', { message, certainty: 'worrying' })
}

/** A pod that is still starting is killed by its startup probe when that takes too long. */
function findNotReady(pod: PodObject): Finding[] {
  const statuses = pod.status?.containerStatuses ?? []
  const waiting = statuses.find(
    ({ ready, started, state }) =>
      ready === false && started !== false && state?.running !== undefined,
  )
  if (waiting === undefined) return []
  return [
    {
      ...toFinding(pod, 'NOT_READY', {
        message: `container ${waiting.name} runs and is not ready`,
        certainty: 'worrying',
      }),
      container: waiting.name,
      evidence: 'readiness',
    },
  ]
}

function conditionOf(pod: PodObject, type: string): Condition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type)
}

function toFinding(
  pod: PodObject,
  code: VerdictCode,
  own: Pick<Finding, 'message' | 'certainty'>,
): Finding {
  const { name } = pod.metadata
  return { code, subject: `pod ${name}`, pod: name, suggestion: VERDICTS[code].suggestion, ...own }
}
