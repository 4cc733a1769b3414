import type { RunningProcess } from '../../../src/convention/description.ts'
import type { Manifest } from './manifest.ts'
import type { ProcessInput } from './manifest-input.ts'
import { toProcessMetadata, toSelector } from './metadata.ts'

/** Gives the budget that lets nodes be drained one pod at a time; none for a process with one pod, which it would hold for ever. */
export function toDisruptionBudget(input: ProcessInput<RunningProcess>): Manifest[] {
  if (input.process.replicas.min < 2) return []
  return [
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: toProcessMetadata(input),
      spec: {
        maxUnavailable: 1,
        selector: { matchLabels: toSelector(input) },
        // A pod that is not ready anyway may always go.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    },
  ]
}
