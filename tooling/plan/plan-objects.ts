import type { Override } from '../parse/overrides.ts'
import type { Manifest } from './manifests/manifest.ts'
import type { ManifestInput } from './manifests/manifest-input.ts'
import { toAppLabels } from './manifests/metadata.ts'
import { planManifests } from './manifests/plan-manifests.ts'
import {
  applyOverrides,
  type OverriddenManifests,
  toOverriddenVariables,
} from './overrides/apply-overrides.ts'
import { withAddedProcesses } from './overrides/added-process.ts'
import { KUBERNETES_SCHEMA } from './schema/kubernetes-schema.ts'

/** What the objects of an app are planned from, besides the overrides. */
export type ObjectInput = Omit<ManifestInput, 'variables'>

/** The objects, what is wrong with them, and the variables that their ConfigMap gives to every pod. */
export interface PlannedObjects extends OverriddenManifests {
  readonly variables: Readonly<Record<string, string>>
}

/** The order in which kinds are applied: what others need comes first. What is not named comes last. */
const ORDER: readonly string[] = [
  'Namespace',
  'ResourceQuota',
  'LimitRange',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'NetworkPolicy',
  'ConfigMap',
  'Secret',
  'PersistentVolumeClaim',
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'CronJob',
  'Job',
  'Ingress',
  'HTTPRoute',
]

/**
 * Plans every object of an app in one environment: the derived ones, with the overrides merged over
 * them. The same input gives the same objects in the same order. Throws SERVICEX_INGRESS_HOST_MISSING.
 */
export function planObjects(input: ObjectInput, overrides: readonly Override[]): PlannedObjects {
  const app = input.description.name
  const variables = { ...input.settings.variables, ...toOverriddenVariables(overrides, app) }
  const { manifests, problems } = applyOverrides(
    planManifests({ ...withAddedProcesses(input, overrides), variables }),
    overrides,
    { app, labels: toAppLabels(input), schema: KUBERNETES_SCHEMA },
  )
  const scaled = leaveReplicasToAutoscalers(manifests)
  return { manifests: scaled.toSorted(byOrder), problems, variables }
}

/** An apply that gave replicas would undo what the autoscaler has done. */
function leaveReplicasToAutoscalers(manifests: readonly Manifest[]): Manifest[] {
  const scaled = new Set(
    manifests
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ spec }) => toReference((spec as AutoscalerSpec | undefined)?.scaleTargetRef)),
  )
  return manifests.map((manifest) => {
    if (!scaled.has(toReference({ kind: manifest.kind, name: manifest.metadata.name })))
      return manifest
    const { replicas: _, ...spec } = manifest['spec'] as Record<string, unknown>
    return { ...manifest, spec }
  })
}

interface AutoscalerSpec {
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string }
}

function toReference(target: AutoscalerSpec['scaleTargetRef']): string {
  return `${target?.kind ?? ''}/${target?.name ?? ''}`
}

function byOrder(a: Manifest, b: Manifest): number {
  const byKind = toRank(a) - toRank(b)
  if (byKind !== 0) return byKind
  return `${a.kind}/${a.metadata.name}` < `${b.kind}/${b.metadata.name}` ? -1 : 1
}

function toRank({ kind }: Manifest): number {
  const rank = ORDER.indexOf(kind)
  return rank === -1 ? ORDER.length : rank
}
