import { z } from 'zod'
import { GUARD_SETTINGS, type GuardSettings } from './guard-settings.ts'

/** A cluster of the company: where one environment runs, and what every app in it is given. */
export interface EnvironmentSettings extends PlaceSettings {
  /** The kubeconfig context; the kubeconfig's current one is never used. */
  readonly context: string
  /** UID of the namespace `kube-system`: what the context must lead to. */
  readonly clusterId?: string
  /** When a deploy whose new pods serve worse than those before them is rolled back; `false` is never. */
  readonly guard?: GuardSettings | false
}

/** What is the same for every app of an environment. */
export interface PlaceSettings {
  /** Environment variables that are no secrets: the collector's endpoint. They go to the ConfigMap `<app>-config`. */
  readonly variables?: Readonly<Record<string, string>>
  /** The Secrets to pull images with; none when the nodes can pull. */
  readonly imagePullSecrets?: readonly string[]
  readonly ingress?: IngressSettings
  readonly monitoring?: MonitoringSettings
  /** The CIDR blocks of pods and Services: traffic to them needs a declared client. Without, a client can be called undeclared. */
  readonly clusterCidrs?: readonly string[]
}

/** How apps of an environment are reached from outside. */
export interface IngressSettings {
  /** A service without hosts of its own has `<name>.<domain>`. */
  readonly domain?: string
  /** The IngressClass; the cluster's default one when absent. */
  readonly class?: string
  /** The Gateway that routes attach to: an HTTPRoute stands in for the Ingress then. */
  readonly gateway?: {
    readonly name: string
    readonly namespace: string
    readonly section?: string
  }
  /** The Secret of the certificate; TLS ends elsewhere when absent. */
  readonly tlsSecret?: string
  readonly annotations?: Readonly<Record<string, string>>
  /** The namespace of the controller: only its pods reach the app from outside. Without, everything does. */
  readonly namespace?: string
}

/** Who reads the metrics of an environment. */
export interface MonitoringSettings {
  /** The namespace of Prometheus: only its pods reach the admin port. Without, every pod does. */
  readonly namespace?: string
  /** Says that the Prometheus operator's PodMonitor is there. A deploy sees for itself. */
  readonly podMonitor?: boolean
}

const NAME = z.string().regex(/^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/, 'expected a-z, 0-9, - and .')
const VARIABLES = z.record(
  z.string().regex(/^[A-Za-z_][\w.-]*$/, 'expected the name of an environment variable'),
  z.string(),
)

const INGRESS: z.ZodType<IngressSettings> = z.strictObject({
  domain: NAME.exactOptional(),
  class: NAME.exactOptional(),
  gateway: z
    .strictObject({ name: NAME, namespace: NAME, section: NAME.exactOptional() })
    .exactOptional(),
  tlsSecret: NAME.exactOptional(),
  annotations: z.record(z.string(), z.string()).exactOptional(),
  namespace: NAME.exactOptional(),
})

/** Says what an environment's settings may be. */
export const ENVIRONMENT_SETTINGS: z.ZodType<EnvironmentSettings> = z.strictObject({
  context: z.string().min(1),
  clusterId: z.string().min(1).exactOptional(),
  guard: z.union([z.literal(false), GUARD_SETTINGS]).exactOptional(),
  variables: VARIABLES.exactOptional(),
  imagePullSecrets: z.array(NAME).exactOptional(),
  ingress: INGRESS.exactOptional(),
  monitoring: z
    .strictObject({ namespace: NAME.exactOptional(), podMonitor: z.boolean().exactOptional() })
    .exactOptional(),
  clusterCidrs: z.array(z.string().regex(/^[\da-fA-F.:]+\/\d{1,3}$/)).exactOptional(),
})
