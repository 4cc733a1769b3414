/** How one check came out: `warn` costs something, `fail` loses data or keeps the service from starting. */
export type CheckStatus = 'pass' | 'warn' | 'fail'

/** What a check is about: the first six of a service where it runs, the others of a repository and its clusters. */
export type CheckCategory =
  | 'node'
  | 'packages'
  | 'copies'
  | 'process'
  | 'settings'
  | 'telemetry'
  | 'tools'
  | 'repository'
  | 'registry'
  | 'clusters'
  | 'exceptions'

/** One thing that was looked at. */
export interface Check {
  readonly category: CheckCategory
  readonly name: string
  readonly status: CheckStatus
  /** What was found, with values; never a secret's. */
  readonly message: string
  /** The one thing to do, imperative; only where something is wrong. */
  readonly fix?: string
}

/** What `servicex doctor` found out about a service. */
export interface Diagnosis {
  readonly service: string
  readonly environment: string
  /** The folder whose package.json is the service's. */
  readonly root: string
  readonly checks: readonly Check[]
  readonly summary: Readonly<Record<CheckStatus, number>>
}
