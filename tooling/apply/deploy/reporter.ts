import type { Finding } from '../../plan/rollout/finding.ts'
import type { RolloutProgress } from '../../plan/rollout/judge-rollout.ts'
import type { GuardVerdict } from './guard.ts'

/** One thing that happened in a deploy; `--json` prints each as a line. */
export type DeployEvent =
  | { readonly type: 'phase'; readonly title: string }
  | { readonly type: 'step'; readonly text: string }
  | { readonly type: 'warning'; readonly text: string }
  /** The pre-flight said no: nothing was changed. */
  | { readonly type: 'refused'; readonly findings: readonly string[] }
  | {
      readonly type: 'progress'
      readonly deployment: string
      readonly progress: RolloutProgress
      readonly findings: readonly Finding[]
    }
  | { readonly type: 'finding'; readonly finding: Finding; readonly evidence: readonly string[] }
  | ({ readonly type: 'guard' } & GuardVerdict)
  | { readonly type: 'result'; readonly result: DeployResult }

/** How a deploy ended. */
export interface DeployResult {
  readonly outcome: DeployOutcome
  readonly app: string
  readonly environment: string
  readonly revision: string
  readonly image: string
  /** What served before. */
  readonly previous?: string
  readonly durationMs: number
}

/** What became of a deploy. */
export type DeployOutcome =
  | 'deployed'
  | 'rolled-back'
  | 'failed'
  | 'timed-out'
  | 'superseded'
  | 'interrupted'

/** Is told everything that happens in a deploy. */
export type Report = (event: DeployEvent) => void
