/** What a verdict means, and the one thing to do. */
export interface VerdictMeaning {
  readonly meaning: string
  readonly suggestion: string
}

/** Every reason for which a rollout fails or waits. A code is never renamed. */
export const VERDICTS = {
  IMAGE_NOT_FOUND: {
    meaning: 'the image is not in the registry',
    suggestion: 'build it: kube build',
  },
  IMAGE_AUTH: {
    meaning: 'the node may not pull the image',
    suggestion:
      'name a Secret with credentials in imagePullSecrets of the environment, or give the nodes the right to pull',
  },
  IMAGE_PLATFORM: {
    meaning: 'the image is for another platform than the node',
    suggestion: 'build for the platform of the nodes: kube build --platform',
  },
  IMAGE_PULL_TRANSIENT: {
    meaning: 'the image cannot be pulled for now',
    suggestion: 'check that the registry answers from the nodes, then deploy again',
  },
  CONFIG_MISSING: {
    meaning: 'a container cannot be made: a Secret, a ConfigMap or a key of one is missing',
    suggestion: 'set it: kube <env> env set <KEY>',
  },
  CRASH_LOOP: {
    meaning: 'a container ends again and again',
    suggestion: 'read its last words above; all of them: kube <env> logs --previous',
  },
  OOM_KILLED: {
    meaning: 'a container used more memory than its limit and was killed',
    suggestion: 'raise resources.limits.memory of the process in service.ts',
  },
  INIT_FAILED: {
    meaning: 'an init container fails',
    suggestion: 'read its last words above',
  },
  RELEASE_FAILED: {
    meaning: 'the release command failed; no pod was rolled',
    suggestion: 'read its last words above, correct it, and deploy again',
  },
  NOT_READY: {
    meaning: 'a pod runs and does not become ready',
    suggestion: 'see which check fails in the answer of /readyz above',
  },
  PROBE_KILLED: {
    meaning: 'a container is killed because its probe fails',
    suggestion: 'find what holds up its start or its event loop; /livez must answer in time',
  },
  UNSCHEDULABLE: {
    meaning: 'no node has room for a pod',
    suggestion: 'add nodes, or ask for less in resources.requests of the process',
  },
  QUOTA: {
    meaning: 'the quota of the namespace is used up',
    suggestion: 'raise the ResourceQuota, or ask for less',
  },
  ADMISSION: {
    meaning: 'the cluster refuses the pods',
    suggestion: 'correct what the message names, in service.ts or kube/',
  },
  EVICTED: {
    meaning: 'a pod was moved away by the cluster',
    suggestion: 'nothing: it is replaced',
  },
  PREEMPTED: {
    meaning: 'a pod made room for one of higher priority',
    suggestion: 'nothing: it is replaced',
  },
  NODE_LOST: { meaning: 'the node of a pod is gone', suggestion: 'nothing: it is replaced' },
  SUPERSEDED: {
    meaning: 'something else was deployed over it',
    suggestion: 'look at what serves: kube <env> status',
  },
  REGRESSION: {
    meaning: 'the new pods serve worse than those before them',
    suggestion: 'compare the numbers above; deploy with --no-guard to go on in spite of them',
  },
  DEADLINE: {
    meaning: 'the rollout did not end in its time',
    suggestion: 'look at the pods: kube <env> status; give it longer with --timeout',
  },
} as const satisfies Readonly<Record<string, VerdictMeaning>>

/** A stable identifier of why a rollout fails or waits. */
export type VerdictCode = keyof typeof VERDICTS
