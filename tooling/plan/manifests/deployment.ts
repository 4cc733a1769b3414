import type { RunningProcess } from '../../../src/convention/description.ts'
import { toSelector } from './metadata.ts'
import { toProcessMetadata } from './metadata.ts'
import type { Manifest } from './manifest.ts'
import type { ProcessInput } from './manifest-input.ts'
import { toPodTemplate } from './pod-template.ts'

/** How long a new pod must stay ready to count: seconds. */
const MIN_READY_SECONDS = 5

/** Gives the Deployment of a process that runs on; its replicas are the autoscaler's where there is one. */
export function toDeployment(input: ProcessInput<RunningProcess>): Manifest {
  const { min, max } = input.process.replicas
  const template = toPodTemplate(input)
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: toProcessMetadata(input),
    spec: {
      ...(max > min ? {} : { replicas: min }),
      minReadySeconds: MIN_READY_SECONDS,
      selector: { matchLabels: toSelector(input) },
      // No pod goes before its successor serves.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      template: {
        ...template,
        spec: { ...(template['spec'] as object), topologySpreadConstraints: toSpread(input) },
      },
    },
  }
}

/** Over nodes and zones, as far as it goes: a pod that cannot be spread runs all the same. */
function toSpread(input: ProcessInput): object[] {
  return ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: toSelector(input) },
    matchLabelKeys: ['pod-template-hash'],
  }))
}
