import { ANNOTATIONS } from '../../../src/convention/labels.ts'
import { toServiceProcessName } from '../../../src/convention/names.ts'
import { ADMIN_PATHS } from '../../../src/convention/ports.ts'
import { toContainer, TMP_VOLUME } from './container.ts'
import { toContentHash } from './content-hash.ts'
import type { ProcessInput } from './manifest-input.ts'
import { toProcessLabels } from './metadata.ts'

/** What servicex's own last steps take, beside the budgets: seconds. */
const GRACE_MARGIN_SECONDS = 5

/** Gives the pods of a process: one container that may do no more than serve. */
export function toPodTemplate(input: ProcessInput): Record<string, unknown> {
  const { description, settings } = input
  const pullSecrets = settings.imagePullSecrets ?? []
  return {
    metadata: { labels: toProcessLabels(input), annotations: toAnnotations(input) },
    spec: {
      serviceAccountName: description.name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(pullSecrets.length === 0
        ? {}
        : { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      terminationGracePeriodSeconds: toGraceSeconds(input),
      containers: [toContainer(input)],
      volumes: [{ name: TMP_VOLUME, emptyDir: {} }],
    },
  }
}

/** A pod is killed after this: never before the runtime has ended by its own budgets. */
function toGraceSeconds({ description: { shutdown } }: ProcessInput): number {
  const { propagationSeconds, drainSeconds, hooksSeconds, flushSeconds } = shutdown
  const budget = propagationSeconds + drainSeconds + hooksSeconds + flushSeconds
  return Math.ceil(budget + GRACE_MARGIN_SECONDS)
}

/** Source: OpenTelemetry, `resource.opentelemetry.io/*`; they override what a collector guesses. */
function toAnnotations(input: ProcessInput): Record<string, string> {
  const { description, environment, name, revision, secretHash, variables } = input
  const attributes = {
    'service.name': toServiceProcessName(description.name, name),
    'service.namespace': description.name,
    'service.version': revision,
    'deployment.environment.name': environment,
  }
  const resource = Object.entries(attributes).map(([key, value]) => [
    `resource.opentelemetry.io/${key}`,
    value,
  ])
  return {
    ...(Object.fromEntries(resource) as Record<string, string>),
    ...toScrapeAnnotations(input),
    ...(Object.keys(variables).length === 0
      ? {}
      : { [ANNOTATIONS.configHash]: toContentHash(variables) }),
    ...(secretHash === undefined ? {} : { [ANNOTATIONS.secretHash]: secretHash }),
  }
}

/** What a Prometheus without an operator goes by; a PodMonitor beside it would count everything twice. */
function toScrapeAnnotations({ description, settings }: ProcessInput): Record<string, string> {
  if (settings.monitoring?.podMonitor === true) return {}
  return {
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': String(description.adminPort),
    'prometheus.io/path': ADMIN_PATHS.metrics,
  }
}
