import schema from './kubernetes.json' with { type: 'json' }

/**
 * The fields of Kubernetes' objects. A field's name ends with `!` when it must be there; its type is a
 * word (`string`, `int`, `quantity`, …), a name of `types`, either with `[]` for a list, or in braces for a map.
 */
export interface KubernetesSchema {
  /** The minor release of Kubernetes: `1.36`. */
  readonly release: string
  /** By `apiVersion/kind`, the name of its type. */
  readonly kinds: Readonly<Record<string, string>>
  readonly types: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** The newest schema; `scripts/kubernetes-schema.ts` writes it. */
export const KUBERNETES_SCHEMA: KubernetesSchema = schema
