import type { Manifest } from '../../plan/manifests/manifest.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'
import type { Report } from './reporter.ts'

/** What every step of a deploy works with. */
export interface DeployContext {
  readonly client: ClusterClient
  /** The app's name: its namespace. */
  readonly app: string
  readonly environment: string
  readonly report: Report
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** Aborted when the person or the CI system gives up. */
  readonly signal: AbortSignal
}

/** What is deployed. */
export interface DeployPlan {
  readonly revision: string
  readonly image: string
  /** Seconds since 1970; of two revisions the later one is the newer. */
  readonly committedAtSeconds: number
  readonly manifests: readonly Manifest[]
  readonly release?: Manifest
}
