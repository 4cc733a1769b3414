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

/** Labels of the ConfigMaps in which a deploy records what an app is to others. */
export const RECORD_LABELS = {
  /** What it holds: `contract`, `client` or `exceptions`. */
  record: 'servicex.dev/record',
  /** On `client`: the service that is called. */
  calls: 'servicex.dev/calls',
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
  /** Who has deployed or run something. */
  who: 'servicex.dev/who',
  /** When it was deployed, RFC 3339. */
  deployedAt: 'servicex.dev/deployed-at',
  /** The page of the CI job that deployed it. */
  ciUrl: 'servicex.dev/ci-url',
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

/** The name of the ConfigMap with the contract that an app serves. */
export const CONTRACT_RECORD = 'kube-contract'

/** The name of the ConfigMap with the exceptions of an app from the convention. */
export const EXCEPTIONS_RECORD = 'kube-exceptions'

/** Gives the name of the ConfigMap with what an app expects of a service it calls. */
export function toClientRecordName(service: string): string {
  return `kube-client-${service}`
}
