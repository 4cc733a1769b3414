import type { Manifest } from '../manifests/manifest.ts'
import type { Condition, PodObject, Termination } from '../rollout/objects.ts'

/** A Job, as the cluster has it. */
export interface JobObject extends Manifest {
  readonly metadata: Manifest['metadata'] & { readonly uid?: string }
  readonly status?: { readonly conditions?: readonly Condition[] }
}

/** How a command does that runs once. */
export type RunState =
  | { readonly kind: 'waiting' }
  /** It has a log. */
  | { readonly kind: 'running'; readonly pod: string }
  | {
      readonly kind: 'ended'
      readonly exitCode: number
      readonly pod?: string
      /** Why, where the number does not say it: `OOMKilled`. */
      readonly reason?: string
    }
  | { readonly kind: 'timed-out' }
  /** The cluster has ended it, or somebody has. */
  | { readonly kind: 'lost'; readonly reason: string }

/** Says how the command of a Job does, by the Job and its pods; `job` is absent when it was deleted. */
export function judgeRun(
  job: JobObject | undefined,
  pods: readonly PodObject[],
  container: string,
): RunState {
  if (job === undefined) return { kind: 'lost', reason: 'somebody has deleted its Job' }
  const ended = job.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  )
  if (ended?.reason === 'DeadlineExceeded') return { kind: 'timed-out' }
  const pod = pods[0]
  const own = pod?.status?.containerStatuses?.find(({ name }) => name === container)
  if (pod !== undefined && own?.state?.terminated !== undefined)
    return toEnded(pod.metadata.name, own.state.terminated)
  if (pod?.status?.phase === 'Failed') return { kind: 'lost', reason: toReason(pod) }
  if (ended !== undefined) return ofCondition(ended)
  return pod !== undefined && own?.state?.running !== undefined
    ? { kind: 'running', pod: pod.metadata.name }
    : { kind: 'waiting' }
}

/** A command that is not there ends as in a shell. Source: POSIX, exit status for commands. */
function toEnded(pod: string, { exitCode = 1, message, reason }: Termination): RunState {
  const isUnstartable = reason === 'StartError' || reason === 'ContainerCannotRun'
  if (isUnstartable) {
    const isMissing = /not found|no such file/i.test(message ?? '')
    return { kind: 'ended', exitCode: isMissing ? 127 : 126, pod, reason: message ?? reason }
  }
  const isPlain = reason === undefined || reason === 'Completed' || reason === 'Error'
  return { kind: 'ended', exitCode, pod, ...(isPlain ? {} : { reason }) }
}

/** Without a pod to ask: it was taken away together with its node, or has been cleaned up. */
function ofCondition({ type, message, reason }: Condition): RunState {
  if (type === 'Complete') return { kind: 'ended', exitCode: 0 }
  return { kind: 'lost', reason: message ?? reason ?? 'its Job has failed' }
}

function toReason({ status, metadata }: PodObject): string {
  const { message, reason = 'it failed' } = status ?? {}
  return `pod ${metadata.name}: ${message === undefined ? reason : `${reason}: ${message}`}`
}
