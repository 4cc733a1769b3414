import type { ContainerStatus } from '../../../tooling/plan/rollout/objects.ts'
import type { VerdictCode } from '../../../tooling/plan/rollout/verdict-code.ts'
import type { RolloutScript } from '../../fakes/kubernetes/rollouts.ts'

/** A rollout that goes wrong, and when that is certain. */
export interface FailingRollout {
  readonly code: VerdictCode
  readonly script: RolloutScript
  /** The latest moment of the verdict, seconds after the apply. */
  readonly withinSeconds: number
}

function never(
  container: Omit<ContainerStatus, 'name'>,
  more: Partial<RolloutScript> = {},
): RolloutScript {
  return {
    isReady: () => false,
    status: () => ({ containerStatuses: [{ name: 'web', ...container }] }),
    ...more,
  }
}

function waiting(reason: string, message = ''): Omit<ContainerStatus, 'name'> {
  return { state: { waiting: { reason, message } } }
}

const CRASH_LOG = [
  '{"severity":"info","message":"starting"}',
  '{"severity":"fatal","message":"uncaught exception","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","error":{"type":"TypeError","message":"price is undefined","stack":"TypeError: price is undefined\\n    at toPrice (app.js:3:7)"}}',
].join('\n')

const looping = (terminated: object): Omit<ContainerStatus, 'name'> => ({
  ...waiting('CrashLoopBackOff'),
  restartCount: 1,
  lastState: { terminated },
})

/** One rollout for each verdict that ends one. */
export const FAILING: readonly FailingRollout[] = [
  {
    code: 'IMAGE_NOT_FOUND',
    script: never(waiting('ErrImagePull', 'manifest unknown')),
    withinSeconds: 2,
  },
  {
    code: 'IMAGE_AUTH',
    script: never(waiting('ErrImagePull', '401 Unauthorized')),
    withinSeconds: 2,
  },
  {
    code: 'IMAGE_PLATFORM',
    script: never(waiting('ErrImagePull', 'no match for platform in manifest')),
    withinSeconds: 2,
  },
  {
    code: 'IMAGE_PULL_TRANSIENT',
    script: never(waiting('ErrImagePull', 'i/o timeout')),
    withinSeconds: 62,
  },
  {
    code: 'CONFIG_MISSING',
    script: never(
      waiting(
        'CreateContainerConfigError',
        "couldn't find key DATABASE_URL in Secret users/users-env",
      ),
    ),
    withinSeconds: 2,
  },
  {
    code: 'CRASH_LOOP',
    script: never(looping({ exitCode: 1 }), { log: CRASH_LOG }),
    withinSeconds: 2,
  },
  {
    code: 'OOM_KILLED',
    script: never(looping({ exitCode: 137, reason: 'OOMKilled' }), { log: 'growing' }),
    withinSeconds: 2,
  },
  {
    code: 'INIT_FAILED',
    script: {
      isReady: () => false,
      status: () => ({
        initContainerStatuses: [
          {
            name: 'init',
            ...waiting('CrashLoopBackOff'),
            restartCount: 1,
            lastState: { terminated: { exitCode: 2 } },
          },
        ],
      }),
      log: 'the schema is locked',
    },
    withinSeconds: 2,
  },
  {
    code: 'DEADLINE',
    script: {
      isReady: () => false,
      deadline: 'ReplicaSet "web-2" has timed out progressing.',
    },
    withinSeconds: 2,
  },
  {
    code: 'NOT_READY',
    script: never(
      { ready: false, started: true, state: { running: {} } },
      { readiness: '{"status":"not ready","checks":{"db":"connection refused"}}' },
    ),
    withinSeconds: 92,
  },
  {
    code: 'PROBE_KILLED',
    script: never(
      { ...looping({ exitCode: 137 }), restartCount: 2 },
      {
        events: [
          { reason: 'Killing', message: 'Container web failed liveness probe, will be restarted' },
        ],
      },
    ),
    withinSeconds: 2,
  },
  {
    code: 'UNSCHEDULABLE',
    script: {
      isReady: () => false,
      status: () => ({
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            message: '0/3 nodes are available: 3 Insufficient cpu.',
          },
        ],
      }),
    },
    withinSeconds: 122,
  },
  {
    code: 'QUOTA',
    script: { isReady: () => false, refusal: 'pods "web" is forbidden: exceeded quota: compute' },
    withinSeconds: 2,
  },
  {
    code: 'ADMISSION',
    script: {
      isReady: () => false,
      refusal: 'pods "web" is forbidden: violates PodSecurity "restricted:latest"',
    },
    withinSeconds: 2,
  },
]

/** What happens to a pod, is no fault of its own, and passes: one rollout for each. */
export const PASSING: readonly { readonly code: VerdictCode; readonly script: RolloutScript }[] = [
  {
    code: 'EVICTED',
    script: passing({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory.' }),
  },
  {
    code: 'PREEMPTED',
    script: passing({
      phase: 'Failed',
      conditions: [
        {
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'PreemptionByScheduler',
          message: 'preempting to accommodate a higher priority pod',
        },
      ],
    }),
  },
  {
    code: 'NODE_LOST',
    script: passing({ phase: 'Running', reason: 'NodeLost', message: 'Node a is unresponsive' }),
  },
]

/** The third look finds the pod that stands in for it. */
function passing(status: ReturnType<NonNullable<RolloutScript['status']>>): RolloutScript {
  return { isReady: (look) => look > 3, status: (look) => (look < 3 ? status : {}) }
}
