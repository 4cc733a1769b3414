import { LABELS } from '../../../src/convention/labels.ts'
import { ADMIN_PATHS } from '../../../src/convention/ports.ts'
import type { Manifest } from './manifest.ts'
import type { ManifestInput } from './manifest-input.ts'
import { toAppMetadata } from './metadata.ts'
import { ADMIN_PORT_NAME } from './probes.ts'

/** Gives what has the Prometheus operator read the app's metrics; nothing where it is not there. */
export function toPodMonitor(input: ManifestInput): Manifest[] {
  if (input.settings.monitoring?.podMonitor !== true) return []
  const app = input.description.name
  return [
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: toAppMetadata(input, app),
      spec: {
        selector: { matchLabels: { [LABELS.partOf]: app } },
        podMetricsEndpoints: [{ port: ADMIN_PORT_NAME, path: ADMIN_PATHS.metrics }],
      },
    },
  ]
}
