import type { Manifest } from './manifest.ts'
import type { ManifestInput } from './manifest-input.ts'
import { toAppMetadata } from './metadata.ts'

/** Gives the account the app's pods run as; it has no rights, and no token in the pods. */
export function toServiceAccount(input: ManifestInput): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: toAppMetadata(input, input.description.name),
    automountServiceAccountToken: false,
  }
}
