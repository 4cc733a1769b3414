import type { Manifest } from './manifest.ts'
import type { ManifestInput } from './manifest-input.ts'
import { toAppLabels, toOwnership } from './metadata.ts'

/** Kubernetes' strictest profile. Source: Kubernetes, Pod Security Standards. */
const LEVEL = 'restricted'

const POD_SECURITY = {
  'pod-security.kubernetes.io/enforce': LEVEL,
  'pod-security.kubernetes.io/enforce-version': 'latest',
  'pod-security.kubernetes.io/audit': LEVEL,
  'pod-security.kubernetes.io/warn': LEVEL,
}

/** Gives the app's namespace, which refuses pods with more rights than an app needs. */
export function toNamespace(input: ManifestInput): Manifest {
  const labels = { ...toAppLabels(input), ...POD_SECURITY }
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: input.description.name, ...toOwnership(labels, input) },
  }
}
