import type { RunningProcess } from '../../../src/convention/description.ts'
import type { Manifest } from './manifest.ts'
import type { ProcessInput } from './manifest-input.ts'
import { toProcessMetadata } from './metadata.ts'

/** Pods go this long after they were last needed, seconds. */
const SCALE_DOWN_SECONDS = 300

/** Gives the autoscaler of a process that runs in a range of replicas; none for a fixed number. */
export function toAutoscaler(input: ProcessInput<RunningProcess>): Manifest[] {
  const { min, max, cpuPercent, memoryPercent } = input.process.replicas
  if (max <= min) return []
  return [
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: toProcessMetadata(input),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: input.name },
        minReplicas: min,
        maxReplicas: max,
        metrics: [...toMetric('cpu', cpuPercent), ...toMetric('memory', memoryPercent)],
        behavior: { scaleDown: { stabilizationWindowSeconds: SCALE_DOWN_SECONDS } },
      },
    },
  ]
}

function toMetric(name: string, percent: number | undefined): object[] {
  if (percent === undefined) return []
  const target = { type: 'Utilization', averageUtilization: percent }
  return [{ type: 'Resource', resource: { name, target } }]
}
