/** One process of an app: a Deployment of its own that runs the app's image, or a CronJob when it has a schedule. */
export interface ProcessDeclaration {
  /** The module the process starts with; the package's `main` when absent. */
  readonly entrypoint?: string
  /** The whole command, one word an element and without a shell; it stands in for `entrypoint`. */
  readonly command?: readonly string[]
  /** When it runs, in cron's five fields: the process is a CronJob then. */
  readonly schedule?: string
  /** The zone of `schedule`, by its IANA name. Default `Etc/UTC`. */
  readonly timeZone?: string
  /** The port it serves HTTP on, `false` for none. Default: 8080 for `web`, none for the others. */
  readonly port?: number | false
  /** How many pods run; a range is kept by an autoscaler. Default: 2 with a port, 1 without. */
  readonly replicas?: number | ReplicaRange
  readonly resources?: ResourcesDeclaration
}

/** Between how many pods an autoscaler chooses, and by what. */
export interface ReplicaRange {
  readonly min: number
  readonly max: number
  /** The share of its requested CPU that a pod should use, percent. Default 70. */
  readonly cpuPercent?: number
  /** The share of its requested memory that a pod should use, percent. Default: not looked at. */
  readonly memoryPercent?: number
}

/** What a pod asks for and may use, in Kubernetes' quantities: `100m`, `256Mi`. */
export interface ResourcesDeclaration {
  /** Default: 100m of CPU and 256Mi. */
  readonly requests?: ComputeDeclaration
  /** Default: 512Mi, and no limit of CPU: a throttled event loop is late for everything. */
  readonly limits?: ComputeDeclaration
}

/** CPU and memory, as Kubernetes writes them. */
export interface ComputeDeclaration {
  readonly cpu?: string
  readonly memory?: string
}

/** The command that runs to its end with the new image before any pod is rolled: migrations. */
export interface ReleaseDeclaration {
  /** One word an element, without a shell: `['node', 'dist/migrate.js']`. */
  readonly command: readonly string[]
  /** Default 600. */
  readonly timeoutSeconds?: number
}

/** Where the service can be reached from outside of the cluster. */
export interface IngressDeclaration {
  /** The host names, the same everywhere or by environment. Default: `<name>.<domain>` with the environment's domain. */
  readonly hosts?: readonly string[] | Readonly<Record<string, readonly string[]>>
  /** The path prefixes that are served. Default: `['/']`. */
  readonly paths?: readonly string[]
}
