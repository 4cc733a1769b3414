/** The version of the description's shape; it grows with every change that an older reader would misread. */
export const DESCRIPTION_VERSION = 1

/**
 * A service's declaration as JSON, with every default filled in: what the tool derives manifests,
 * checks and policy from. `schemas/description.json` is its JSON schema.
 */
export interface Description {
  readonly version: typeof DESCRIPTION_VERSION
  /** The version of servicex that wrote it. */
  readonly servicex: string
  /** The app's name: its namespace, its image's repository. */
  readonly name: string
  readonly processes: Readonly<Record<string, ProcessDescription>>
  /** The environment variables the app reads, by name. */
  readonly env: Readonly<Record<string, VariableDescription>>
  readonly uses: readonly UseDescription[]
  /** Which services may call it; every one when absent. */
  readonly callers?: readonly string[]
  /** The CIDR blocks outside of the cluster it may connect to; all when absent. */
  readonly egress?: readonly string[]
  readonly ingress?: IngressDescription
  readonly release?: ReleaseDescription
  readonly shutdown: ShutdownDescription
  /** The port of health, readiness and metrics. */
  readonly adminPort: number
  /** The snapshot of the contract it serves. */
  readonly contract?: unknown
}

/** One process: pods that run on, or a job that runs by a schedule. */
export type ProcessDescription = RunningProcess | ScheduledProcess

/** What every process has. */
interface AnyProcess {
  /** The module it starts with, when the declaration names one. */
  readonly entrypoint?: string
  /** The words it is started with; the image's own command when absent. */
  readonly command?: readonly string[]
  readonly resources: ResourcesDescription
}

/** A process that runs on: a Deployment. */
export interface RunningProcess extends AnyProcess {
  readonly kind: 'deployment'
  /** The port it serves HTTP on; absent when it serves none. */
  readonly port?: number
  readonly replicas: ReplicasDescription
}

/** A process that runs by a schedule: a CronJob. */
export interface ScheduledProcess extends AnyProcess {
  readonly kind: 'cronjob'
  readonly schedule: string
  readonly timeZone: string
}

/** How many pods run: `min` of them, or between `min` and `max` as an autoscaler sees fit. */
export interface ReplicasDescription {
  readonly min: number
  readonly max: number
  readonly cpuPercent?: number
  readonly memoryPercent?: number
}

/** What a pod asks for and may use, in Kubernetes' quantities. */
export interface ResourcesDescription {
  readonly requests: Readonly<Record<string, string>>
  readonly limits: Readonly<Record<string, string>>
}

/** One environment variable of the app. */
export interface VariableDescription {
  /** Without it the app does not start. */
  readonly required: boolean
  /** Its value is shown nowhere and lives in a Secret. */
  readonly secret: boolean
  /** The JSON schema of what it must hold; of a secret one, without defaults and examples. */
  readonly schema?: Readonly<Record<string, unknown>>
}

/** A service that is called. */
export interface UseDescription {
  readonly service: string
  /** The operations that are used; all when absent. */
  readonly operations?: readonly string[]
}

/** Where the service can be reached from outside of the cluster. */
export interface IngressDescription {
  /** Everywhere the same, or by environment; absent: `<name>.<domain of the environment>`. */
  readonly hosts?: readonly string[] | Readonly<Record<string, readonly string[]>>
  readonly paths: readonly string[]
}

/** The command that runs to its end before any pod is rolled. */
export interface ReleaseDescription {
  readonly command: readonly string[]
  readonly timeoutSeconds: number
}

/** The budgets of a shutdown in a cluster, seconds. */
export interface ShutdownDescription {
  readonly propagationSeconds: number
  readonly drainSeconds: number
  readonly hooksSeconds: number
  readonly flushSeconds: number
}

/** What the process that reads a declaration answers. */
export type DescriptionReply =
  | { readonly kind: 'description'; readonly description: Description }
  /** The module has no default export that a declaration could be. */
  | { readonly kind: 'no-declaration' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] }
  | { readonly kind: 'threw'; readonly message: string; readonly place?: string | undefined }
