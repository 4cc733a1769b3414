import { mappingAt, text, titleOf } from './manifest.ts'
import type { Breach, Rule } from './rule.ts'

/** Kinds that belong to the cluster, not to a namespace. */
const CLUSTER_KINDS: ReadonlySet<string> = new Set([
  'APIService',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
])

/** A repository deploys into its own namespace and nowhere else. */
export const oneNamespace: Rule = {
  id: 'one-namespace',
  sentence: "A repository's objects live in the one namespace that bears the app's name.",
  reason: 'Then who owns an object is plain, and a deploy can touch nothing of anybody else.',
  fix: 'delete metadata.namespace; give an object of the whole cluster to those who run it',
  severity: 'error',
  maxExceptionDays: 90,
  check: ({ name, manifests }) =>
    manifests.flatMap((manifest): readonly Breach[] => {
      const { path, object } = manifest
      const kind = text(object['kind'])
      if (CLUSTER_KINDS.has(kind))
        return [{ what: `${titleOf(manifest)} belongs to the whole cluster`, path }]
      const namespace = text(mappingAt(object, 'metadata')['namespace'])
      if (namespace === '' || namespace === name) return []
      return [{ what: `${titleOf(manifest)} is in namespace ${namespace}`, path }]
    }),
}
