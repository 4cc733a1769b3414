import { toConfigName } from '../../../src/convention/labels.ts'
import type { Override } from '../../parse/overrides.ts'
import type { Manifest } from '../manifests/manifest.ts'
import { checkFields } from '../schema/check-fields.ts'
import type { KubernetesSchema } from '../schema/kubernetes-schema.ts'
import { isDeletion, mergeTree, withoutDirectives } from './merge.ts'
import { findOverrideProblem } from './override-problems.ts'

/** What overrides are merged with. */
export interface OverrideInput {
  readonly app: string
  /** The labels that an added object gets, so that it is known as the app's. */
  readonly labels: Readonly<Record<string, string>>
  readonly schema: KubernetesSchema
}

/** The objects after the overrides, and everything that is wrong with them. */
export interface OverriddenManifests {
  readonly manifests: readonly Manifest[]
  /** One line each, with the file. */
  readonly problems: readonly string[]
}

/**
 * Merges the objects of `kube/` over the derived ones of the same kind and name, and adds the others.
 * What Kubernetes would not accept is a problem, with the file it came from.
 */
export function applyOverrides(
  derived: readonly Manifest[],
  overrides: readonly Override[],
  input: OverrideInput,
): OverriddenManifests {
  const manifests = new Map(derived.map((manifest) => [toKey(manifest), manifest]))
  const places = new Map<string, string>()
  const problems: string[] = []
  for (const override of overrides) {
    const problem = findOverrideProblem(override, input)
    if (problem !== undefined) {
      problems.push(`${override.place}  ${problem}`)
      continue
    }
    const value = override.value as Manifest
    const key = toKey(value)
    const merged = mergeOne(manifests.get(key), value, input)
    places.set(key, override.place)
    if (merged === undefined) manifests.delete(key)
    else manifests.set(key, merged)
  }
  const found = [...places].flatMap(([key, place]) => {
    const manifest = manifests.get(key)
    if (manifest === undefined) return []
    const { kind, metadata } = manifest
    return checkFields(manifest, input.schema).map(
      (finding) => `${place}  ${kind}/${metadata.name}: ${finding}`,
    )
  })
  return { manifests: [...manifests.values()], problems: [...problems, ...found] }
}

/** Gives the variables that overrides put into the app's ConfigMap. */
export function toOverriddenVariables(
  overrides: readonly Override[],
  app: string,
): Record<string, string> {
  const entries = overrides.flatMap(({ value }) => {
    const { kind, metadata, data } = (value ?? {}) as Partial<Manifest>
    if (kind !== 'ConfigMap' || metadata?.name !== toConfigName(app)) return []
    return Object.entries(data ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    )
  })
  return Object.fromEntries(entries)
}

/** The version of a kind may differ: an object is known by its group. */
function toKey({ apiVersion, kind, metadata }: Manifest): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : ''
  return `${group}/${kind}/${metadata.name}`
}

function mergeOne(
  base: Manifest | undefined,
  over: Manifest,
  { app, labels }: OverrideInput,
): Manifest | undefined {
  if (isDeletion(over)) return undefined
  if (base !== undefined) return mergeTree(base, over) as Manifest
  const added = withoutDirectives(over) as Manifest
  return {
    ...added,
    metadata: {
      ...added.metadata,
      namespace: app,
      labels: { ...labels, ...added.metadata.labels },
    },
  }
}
