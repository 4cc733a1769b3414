import { ANNOTATIONS, LABELS, MANAGER } from '../../../src/convention/labels.ts'
import { toServiceProcessName } from '../../../src/convention/names.ts'
import type { Manifest } from '../manifests/manifest.ts'

/** The component of pods that run one command; no Service and no Deployment selects them. */
export const RUN_COMPONENT = 'kube-run'

/** What is run once, and as what. */
export interface RunRequest {
  readonly app: string
  /** The process whose pods are taken as the pattern. */
  readonly process: string
  /** Makes the name of the Job its own. */
  readonly suffix: string
  /** Without a shell; as it was typed. */
  readonly command: readonly string[]
  /** The Job is ended after this. */
  readonly timeoutSeconds: number
  readonly who: string
}

/** The pods of a process, as its Deployment or CronJob makes them. */
export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec: {
    readonly containers: readonly (Readonly<Record<string, unknown>> & {
      readonly name: string
      readonly image?: string
    })[]
    readonly [field: string]: unknown
  }
}

/** A Job that runs a command once, and what its pattern had that it has not. */
export interface RunJob {
  readonly job: Manifest
  readonly image: string
  readonly container: string
  /** Containers beside the app's own: with one that never ends, the Job would not either. */
  readonly leftOut: readonly string[]
}

/** A finished Job is kept to be looked at, seconds. */
const KEPT_SECONDS = 3600

/** Makes a Job that runs a command as a process of the app runs: the same image, variables, rights and volumes. */
export function toRunJob(template: PodTemplate, request: RunRequest): RunJob {
  const { containers } = template.spec
  const own = containers.find(({ name }) => name === request.process) ?? containers[0]
  if (own === undefined) throw new Error(`${request.process} has no container`)
  const labels = toLabels(template, request)
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `run-${request.process.slice(0, 40)}-${request.suffix}`,
      namespace: request.app,
      labels,
      annotations: { [ANNOTATIONS.who]: request.who },
    },
    spec: {
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      activeDeadlineSeconds: request.timeoutSeconds,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: {
        metadata: { labels, annotations: toAnnotations(template) },
        spec: { ...toPodSpec(template.spec), containers: [toContainer(own, request.command)] },
      },
    },
  }
  const leftOut = containers.filter((one) => one !== own).map(({ name }) => name)
  return { job, image: own.image ?? '', container: own.name, leftOut }
}

function toLabels({ metadata }: PodTemplate, { app }: RunRequest): Record<string, string> {
  const version = metadata?.labels?.[LABELS.version]
  return {
    [LABELS.name]: toServiceProcessName(app, RUN_COMPONENT),
    [LABELS.component]: RUN_COMPONENT,
    [LABELS.partOf]: app,
    ...(version === undefined ? {} : { [LABELS.version]: version }),
    [LABELS.managedBy]: MANAGER,
  }
}

/** Nobody reads its metrics, and nothing that makes room for others may end it: it is not tried again. */
function toAnnotations({ metadata }: PodTemplate): Record<string, string> {
  const kept = Object.entries(metadata?.annotations ?? {}).filter(
    ([name]) => !name.startsWith('prometheus.io/'),
  )
  return {
    ...Object.fromEntries(kept),
    'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
    'karpenter.sh/do-not-disrupt': 'true',
  }
}

/** What is about many pods of one kind is not about this one. */
const SPREADING: ReadonlySet<string> = new Set(['topologySpreadConstraints', 'readinessGates'])

function toPodSpec(spec: PodTemplate['spec']): Record<string, unknown> {
  const kept = Object.entries(spec).filter(([name]) => !SPREADING.has(name))
  return { ...Object.fromEntries(kept), restartPolicy: 'Never' }
}

/** What is about serving. */
const SERVING: ReadonlySet<string> = new Set([
  'args',
  'lifecycle',
  'livenessProbe',
  'ports',
  'readinessProbe',
  'startupProbe',
])

function toContainer(
  container: PodTemplate['spec']['containers'][number],
  command: readonly string[],
): Record<string, unknown> {
  const kept = Object.entries(container).filter(([name]) => !SERVING.has(name))
  return { ...Object.fromEntries(kept), command: command.map(toLiteral) }
}

/** `$(NAME)` would be replaced by Kubernetes; `$$` is a dollar. Source: Kubernetes, dependent environment variables. */
function toLiteral(word: string): string {
  return word.replaceAll('$', () => '$$')
}
