import { suggestName } from '../../../src/convention/suggest-name.ts'
import type { Override } from '../../parse/overrides.ts'
import type { Manifest } from '../manifests/manifest.ts'
import type { KubernetesSchema } from '../schema/kubernetes-schema.ts'

/** What an override is judged by. */
export interface OverrideContext {
  /** The app's name: the one namespace its objects may be in. */
  readonly app: string
  readonly schema: KubernetesSchema
}

/** Kinds that belong to the cluster, not to an app. */
const CLUSTER_KINDS: ReadonlySet<string> = new Set([
  'APIService',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'GatewayClass',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
])

/** Says why an object of `kube/` cannot be used, or nothing when it can. */
export function findOverrideProblem(
  { value }: Override,
  context: OverrideContext,
): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'is no object — expected apiVersion, kind and metadata.name'
  const { apiVersion, kind, metadata } = value as Readonly<Record<string, unknown>>
  const { name, namespace } = (metadata ?? {}) as Readonly<Record<string, unknown>>
  for (const [field, given] of Object.entries({ apiVersion, kind, 'metadata.name': name })) {
    if (typeof given !== 'string' || given === '') return `has no ${field}`
  }
  const object = value as Manifest
  return (
    findScopeProblem(object, namespace, context) ??
    findKindProblem(object, context.schema) ??
    findSecretProblem(object)
  )
}

function findScopeProblem(
  { kind, metadata }: Manifest,
  namespace: unknown,
  { app }: OverrideContext,
): string | undefined {
  if (CLUSTER_KINDS.has(kind)) return `${kind} belongs to the cluster, not to one app`
  if (kind === 'Namespace' && metadata.name !== app)
    return `Namespace ${metadata.name} is not this app's — expected ${app}`
  if (namespace !== undefined && namespace !== app)
    return `${kind}/${metadata.name} is in the namespace ${JSON.stringify(namespace)} — expected ${app}, or none`
  return undefined
}

/** A kind of Kubernetes' own groups that the schema lacks is a slip, or a version that is gone. */
function findKindProblem(
  { apiVersion, kind }: Manifest,
  schema: KubernetesSchema,
): string | undefined {
  const known = Object.keys(schema.kinds)
  if (known.includes(`${apiVersion}/${kind}`)) return undefined
  const groups = new Set(known.map(toGroup))
  if (!groups.has(toGroup(`${apiVersion}/${kind}`))) return undefined
  const sameKind = known.find((name) => name.endsWith(`/${kind}`))
  const nearest = sameKind ?? suggestName(`${apiVersion}/${kind}`, known)
  const hint = nearest === undefined ? '' : ` — did you mean ${nearest}?`
  return `Kubernetes ${schema.release} has no ${apiVersion}/${kind}${hint}`
}

/** `apps` of `apps/v1/Deployment`; nothing of `v1/Service`. */
function toGroup(name: string): string {
  return name.split('/').slice(0, -2).join('/')
}

/** A placeholder for a controller to fill in holds no values. */
function findSecretProblem(object: Manifest): string | undefined {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return undefined
  const holds = [object['data'], object['stringData']].some(
    (values) => typeof values === 'object' && values !== null && Object.keys(values).length > 0,
  )
  if (!holds) return undefined
  return `Secret/${object.metadata.name} holds values, and a repository is no place for them: use \`kube <env> env set\`, or an ExternalSecret or SealedSecret`
}
