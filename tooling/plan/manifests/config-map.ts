import { toConfigName } from '../../../src/convention/labels.ts'
import type { Manifest } from './manifest.ts'
import type { ManifestInput } from './manifest-input.ts'
import { toAppMetadata } from './metadata.ts'

/** Gives the ConfigMap with the environment's variables; none when there are none. */
export function toConfigMap(input: ManifestInput): Manifest[] {
  const data = Object.fromEntries(
    Object.entries(input.settings.variables ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
  if (Object.keys(data).length === 0) return []
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: toAppMetadata(input, toConfigName(input.description.name)),
      data,
    },
  ]
}
