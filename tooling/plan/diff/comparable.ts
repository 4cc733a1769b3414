import { ANNOTATIONS } from '../../../src/convention/labels.ts'
import type { Manifest } from '../manifests/manifest.ts'

/** What the server writes for itself: it differs between any two moments and nobody has asked for it. */
const METADATA_NOISE: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
])

/** What tools and controllers note for themselves. The first holds the whole object, a Secret's values too. */
const ANNOTATION_NOISE: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'kubernetes.io/change-cause',
  ANNOTATIONS.ciUrl,
  ANNOTATIONS.deployedAt,
  ANNOTATIONS.who,
])

/** What stands first in an object, as people write it; the rest is in the order of the alphabet. */
const FIRST = ['apiVersion', 'kind', 'metadata', 'name', 'namespace']

/** Gives an object without its status and what the server notes for itself, its keys in one order. */
export function toComparable(object: Manifest): Manifest {
  const { status: _status, metadata, ...rest } = object
  return toOrdered({ ...rest, metadata: withoutNoise(metadata) }) as Manifest
}

/** Gives data as one text: equal data, equal text. */
export function toCanonicalText(value: unknown): string {
  return JSON.stringify(toOrdered(value)) ?? ''
}

function withoutNoise({ annotations = {}, ...metadata }: Manifest['metadata']): object {
  const kept = Object.entries(annotations).filter(([name]) => !ANNOTATION_NOISE.has(name))
  const own = Object.entries(metadata).filter(([name]) => !METADATA_NOISE.has(name))
  return Object.fromEntries([
    ...own,
    ...(kept.length === 0 ? [] : [['annotations', Object.fromEntries(kept)] as const]),
  ])
}

/** A field without a value is one that is not there: the server writes `creationTimestamp: null`. */
function toOrdered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toOrdered)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([, item]) => item !== null && item !== undefined)
    .toSorted(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, item]) => [name, toOrdered(item)]))
}

function rankOf(name: string): number {
  const at = FIRST.indexOf(name)
  return at === -1 ? FIRST.length : at
}
