/** Kubernetes' recommended labels, as the convention uses them. Source: Kubernetes, Recommended Labels. */
export const LABELS = {
  /** `service.name`: the app for `web`, else `app-process`. */
  name: 'app.kubernetes.io/name',
  /** The process. */
  component: 'app.kubernetes.io/component',
  /** The app. */
  partOf: 'app.kubernetes.io/part-of',
  /** The revision. */
  version: 'app.kubernetes.io/version',
  managedBy: 'app.kubernetes.io/managed-by',
} as const

/** Who manages what the tool applies: the value of the label, and the field manager. */
export const MANAGER = 'kube'

/** Annotations of the tool's own. */
export const ANNOTATIONS = {
  /** The version of servicex that generated an object. */
  generator: 'servicex.dev/generator',
  /** What the ConfigMap held when the pod was made: its pods are rolled when it changes. */
  configHash: 'servicex.dev/config-hash',
  /** What the Secrets held. */
  secretHash: 'servicex.dev/secret-hash',
} as const

/** The label by which a namespace is selected; Kubernetes sets it. */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name'

/** Gives the name of the Secret with an app's variables; `kube env set` writes it. */
export function toSecretName(app: string): string {
  return `${app}-env`
}

/** Gives the name of the ConfigMap with an app's variables that are no secrets. */
export function toConfigName(app: string): string {
  return `${app}-config`
}
