import { toExitWords } from './exit-words.ts'
import type { Finding } from './finding.ts'
import { toPullCode } from './image-pull.ts'
import type { ContainerSpec, ContainerStatus, EventObject, PodObject } from './objects.ts'
import { type VerdictCode, VERDICTS } from './verdict-code.ts'

/** One container of a new pod, and what is told of the pod. */
export interface ContainerPlace {
  readonly pod: PodObject
  readonly status: ContainerStatus
  readonly isInit: boolean
  readonly events: readonly EventObject[]
}

/** A container that has been started so often and ended is in a loop. */
const RESTARTS = 2

const PULLING: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
])

/** Says what is wrong with one container; nothing when it starts or runs. */
export function findInContainer(place: ContainerPlace): Finding | undefined {
  return findWaiting(place) ?? findEnded(place)
}

function findWaiting(place: ContainerPlace): Finding | undefined {
  const { reason = '', message = '' } = place.status.state?.waiting ?? {}
  if (PULLING.has(reason)) return toPullFinding(place, reason, message)
  if (reason === 'CreateContainerConfigError') {
    // The kubelet has not yet seen an object that is there.
    if (/failed to sync \w+ cache/.test(message)) return undefined
    const isRoot = /runAsNonRoot/.test(message)
    return toFinding(place, 'CONFIG_MISSING', {
      message: message === '' ? reason : message,
      ...(isRoot
        ? { suggestion: 'let the image run as a user that is not root: USER in its Dockerfile' }
        : {}),
    })
  }
  const cannotStart = ['RunContainerError', 'CreateContainerError', 'StartError'].includes(reason)
  if (!cannotStart) return undefined
  const code = /exec format error/.test(message) ? 'IMAGE_PLATFORM' : 'CRASH_LOOP'
  return toFinding(place, place.isInit ? 'INIT_FAILED' : code, {
    message: `cannot be started: ${message}`,
  })
}

function toPullFinding(place: ContainerPlace, reason: string, message: string): Finding {
  const told = place.events
    .filter((event) => event.reason === 'Failed' || event.reason === 'InspectFailed')
    .map((event) => event.message ?? '')
  const words = [message, ...told].find((text) => toPullCode(text) !== 'IMAGE_PULL_TRANSIENT')
  const code =
    reason === 'ErrImageNeverPull' || reason === 'InvalidImageName'
      ? 'IMAGE_NOT_FOUND'
      : toPullCode(words ?? '')
  const finding = toFinding(place, code, { message: words ?? [message, ...told].join(' ') })
  return code === 'IMAGE_PULL_TRANSIENT' ? { ...finding, certainty: 'worrying' } : finding
}

function findEnded(place: ContainerPlace): Finding | undefined {
  const { status, isInit } = place
  const { restartCount = 0, state = {}, lastState = {} } = status
  const ended = state.terminated ?? lastState.terminated
  const isLooping = state.waiting?.reason === 'CrashLoopBackOff' || restartCount >= RESTARTS
  if (ended === undefined || (ended.exitCode === 0 && isInit)) return undefined
  if (ended.reason === 'OOMKilled') return toOomFinding(place)
  if (isInit) {
    if (!isLooping && restartCount === 0) return undefined
    return toFinding(place, 'INIT_FAILED', {
      message: toExitWords(ended),
      evidence: 'previous-log',
    })
  }
  const killed = place.events.find(({ message = '' }) => KILLED.test(message))
  if (killed !== undefined) {
    const finding = toFinding(place, 'PROBE_KILLED', {
      message: killed.message ?? '',
      evidence: 'previous-log',
    })
    return isLooping ? finding : { ...finding, certainty: 'worrying' }
  }
  if (!isLooping) return undefined
  const times = restartCount === 1 ? 'once' : `${restartCount} times`
  return toFinding(place, 'CRASH_LOOP', {
    message: `restarted ${times}; ${toExitWords(ended)}`,
    evidence: 'previous-log',
  })
}

/** Source: Kubernetes, kubelet events `Killing`. */
const KILLED = /failed (?:startup|liveness) probe, will be restarted/

function toOomFinding(place: ContainerPlace): Finding {
  const limit = toSpec(place)?.resources?.limits?.['memory']
  return toFinding(place, 'OOM_KILLED', {
    message: limit === undefined ? 'killed: out of memory' : `killed at its limit of ${limit}`,
    ...(limit === undefined
      ? {}
      : {
          suggestion: `raise resources.limits.memory of the process in service.ts above ${limit}, or find what grows`,
        }),
    evidence: 'previous-log',
  })
}

function toSpec({ pod, status }: ContainerPlace): ContainerSpec | undefined {
  return pod.spec?.containers.find(({ name }) => name === status.name)
}

function toFinding(
  { pod, status }: ContainerPlace,
  code: VerdictCode,
  own: Pick<Finding, 'message'> & Partial<Pick<Finding, 'suggestion' | 'evidence'>>,
): Finding {
  return {
    code,
    certainty: 'failed',
    subject: `pod ${pod.metadata.name}`,
    suggestion: VERDICTS[code].suggestion,
    pod: pod.metadata.name,
    container: status.name,
    ...own,
  }
}
