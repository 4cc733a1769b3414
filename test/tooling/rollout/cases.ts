import type { EventObject, PodObject } from '../../../tooling/plan/rollout/objects.ts'
import type { VerdictCode } from '../../../tooling/plan/rollout/verdict-code.ts'
import { toPod, toPodOf, waitingFor } from './snapshots.ts'

/** One state of a pod, and the verdict on it. */
export interface VerdictCase {
  readonly what: string
  readonly code: VerdictCode
  readonly pod: PodObject
  readonly events?: readonly EventObject[]
  /** After how long it is a failure; never when absent. */
  readonly failsAfterSeconds?: number
  readonly says?: string
}

/** Gives a container that has ended before. */
export const ended: (terminated: object) => object = (terminated) => ({ lastState: { terminated } })
const killing: EventObject = {
  reason: 'Killing',
  message: 'Container web failed liveness probe, will be restarted',
}

/** Every verdict that a pod can bring about. */
export const CASES: readonly VerdictCase[] = [
  {
    what: 'an image that is not there',
    code: 'IMAGE_NOT_FOUND',
    pod: waitingFor(
      'ErrImagePull',
      'rpc error: code = NotFound desc = failed to resolve reference "r/billing": not found',
    ),
    failsAfterSeconds: 0,
  },
  {
    what: 'an image that is not there, by its event',
    code: 'IMAGE_NOT_FOUND',
    pod: waitingFor('ImagePullBackOff', 'Back-off pulling image "r/billing"'),
    events: [{ reason: 'Failed', message: 'Failed to pull image "r/billing": manifest unknown' }],
    failsAfterSeconds: 0,
    says: 'manifest unknown',
  },
  {
    what: 'an image that is not there, whose port and digest look like the status of a bad moment',
    code: 'IMAGE_NOT_FOUND',
    pod: waitingFor(
      'ErrImagePull',
      `failed to resolve reference "127.0.0.1:503/none@sha256:${'429e0f'.repeat(10)}abcd": 127.0.0.1:5000/none@sha256:${'429e0f'.repeat(10)}abcd: not found`,
    ),
    failsAfterSeconds: 0,
  },
  {
    what: 'a name that is none',
    code: 'IMAGE_NOT_FOUND',
    pod: waitingFor('InvalidImageName', 'couldn\'t parse image name "R"'),
    failsAfterSeconds: 0,
  },
  {
    what: 'an image that may not be pulled',
    code: 'IMAGE_AUTH',
    pod: waitingFor(
      'ErrImagePull',
      'pull access denied, repository does not exist or may require authorization',
    ),
    failsAfterSeconds: 0,
  },
  {
    what: 'an image for another platform',
    code: 'IMAGE_PLATFORM',
    pod: waitingFor('ErrImagePull', 'no match for platform in manifest: not found'),
    failsAfterSeconds: 0,
  },
  {
    what: 'a command for another platform',
    code: 'IMAGE_PLATFORM',
    pod: waitingFor('RunContainerError', 'exec /usr/bin/node: exec format error'),
    failsAfterSeconds: 0,
  },
  {
    what: 'a registry that is overloaded',
    code: 'IMAGE_PULL_TRANSIENT',
    pod: waitingFor('ErrImagePull', '429 Too Many Requests: toomanyrequests'),
    failsAfterSeconds: 60,
  },
  {
    what: 'a registry that is away',
    code: 'IMAGE_PULL_TRANSIENT',
    pod: waitingFor('ImagePullBackOff', 'dial tcp: i/o timeout'),
    failsAfterSeconds: 60,
  },
  {
    what: 'a missing key of a Secret',
    code: 'CONFIG_MISSING',
    pod: waitingFor(
      'CreateContainerConfigError',
      "couldn't find key DATABASE_URL in Secret billing/billing-env",
    ),
    failsAfterSeconds: 0,
    says: 'DATABASE_URL',
  },
  {
    what: 'an image that runs as root',
    code: 'CONFIG_MISSING',
    pod: waitingFor(
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root',
    ),
    failsAfterSeconds: 0,
  },
  {
    what: 'a crash loop',
    code: 'CRASH_LOOP',
    pod: waitingFor('CrashLoopBackOff', '', {
      restartCount: 1,
      ...ended({ exitCode: 1, reason: 'Error' }),
    }),
    failsAfterSeconds: 0,
    says: 'restarted once; last exit 1',
  },
  {
    what: 'a container that runs again after two crashes',
    code: 'CRASH_LOOP',
    pod: toPodOf({
      restartCount: 2,
      ready: true,
      state: { running: {} },
      ...ended({ exitCode: 137, reason: 'Error' }),
    }),
    failsAfterSeconds: 0,
    says: 'restarted 2 times; last exit 137: killed (SIGKILL)',
  },
  {
    what: 'a program that ends well and should not end',
    code: 'CRASH_LOOP',
    pod: waitingFor('CrashLoopBackOff', '', {
      restartCount: 3,
      ...ended({ exitCode: 0, reason: 'Completed' }),
    }),
    failsAfterSeconds: 0,
    says: 'last exit 0: Completed',
  },
  {
    what: 'a command that is not there',
    code: 'CRASH_LOOP',
    pod: waitingFor('RunContainerError', 'exec: "node": executable file not found in $PATH'),
    failsAfterSeconds: 0,
  },
  {
    what: 'memory above the limit',
    code: 'OOM_KILLED',
    pod: waitingFor('CrashLoopBackOff', '', {
      restartCount: 1,
      ...ended({ exitCode: 137, reason: 'OOMKilled' }),
    }),
    failsAfterSeconds: 0,
    says: 'killed at its limit of 512Mi',
  },
  {
    what: 'memory above the limit, the first time',
    code: 'OOM_KILLED',
    pod: toPodOf({ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }),
    failsAfterSeconds: 0,
  },
  {
    what: 'an init container that fails',
    code: 'INIT_FAILED',
    pod: toPod({
      initContainerStatuses: [
        { name: 'init', restartCount: 1, state: { terminated: { exitCode: 2 } } },
      ],
    }),
    failsAfterSeconds: 0,
  },
  {
    what: 'a pod that does not become ready',
    code: 'NOT_READY',
    pod: toPodOf({ ready: false, started: true, state: { running: {} } }),
    failsAfterSeconds: 90,
  },
  {
    what: 'a container killed by its probe, again and again',
    code: 'PROBE_KILLED',
    pod: waitingFor('CrashLoopBackOff', '', { restartCount: 2, ...ended({ exitCode: 137 }) }),
    events: [killing],
    failsAfterSeconds: 0,
    says: 'failed liveness probe',
  },
  {
    what: 'a container killed by its probe once',
    code: 'PROBE_KILLED',
    pod: toPodOf({ restartCount: 1, state: { running: {} }, ...ended({ exitCode: 137 }) }),
    events: [killing],
    failsAfterSeconds: 300,
  },
  {
    what: 'a pod that no node has room for',
    code: 'UNSCHEDULABLE',
    pod: toPod({
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes are available: 3 Insufficient cpu.',
        },
      ],
    }),
    failsAfterSeconds: 120,
    says: '3 Insufficient cpu',
  },
  {
    what: 'a pod that nodes are added for',
    code: 'UNSCHEDULABLE',
    pod: toPod({
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
    }),
    events: [{ reason: 'TriggeredScaleUp' }],
    says: 'nodes are being added',
  },
  {
    what: 'an evicted pod',
    code: 'EVICTED',
    pod: toPod({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: memory.',
    }),
  },
  {
    what: 'a preempted pod',
    code: 'PREEMPTED',
    pod: toPod({
      phase: 'Failed',
      conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }],
    }),
  },
  {
    what: 'a pod on a lost node',
    code: 'NODE_LOST',
    pod: toPod({ phase: 'Running', reason: 'NodeLost' }),
  },
]
