import type { ErrorCode } from '../../../src/convention/error-codes.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Finding } from '../../plan/rollout/finding.ts'
import type { DeployOutcome } from './reporter.ts'

/** A deploy that did not end well. */
export interface FailedRollout {
  readonly app: string
  readonly environment: string
  readonly revision: string
  readonly outcome: DeployOutcome
  readonly findings: readonly Finding[]
  /** The last revision that was deployed well. */
  readonly previous?: string
  readonly isRestored: boolean
}

const CODES: Readonly<Record<DeployOutcome, ErrorCode>> = {
  deployed: 'SERVICEX_ROLLOUT_FAILED',
  failed: 'SERVICEX_ROLLOUT_FAILED',
  interrupted: 'SERVICEX_ROLLOUT_FAILED',
  'rolled-back': 'SERVICEX_ROLLED_BACK',
  superseded: 'SERVICEX_DEPLOY_SUPERSEDED',
  'timed-out': 'SERVICEX_ROLLOUT_TIMED_OUT',
}

/** Gives the error of a deploy that did not end well: why, and what serves now. */
export function toRolloutError(failed: FailedRollout): ServicexError {
  const { app, environment, revision, outcome, findings } = failed
  const [first] = findings
  const codes = [...new Set(findings.map(({ code }) => code))].join(', ')
  return new ServicexError(CODES[outcome], {
    summary: `${app} ${revision.slice(0, 12)} was not deployed to ${environment}: ${codes}`,
    details: [
      ...findings.map(({ code, subject, message }) => `${code}  ${subject}: ${message}`),
      toServing(failed),
    ],
    fix: first?.suggestion.replaceAll('<env>', environment) ?? `kube ${environment} status`,
  })
}

function toServing({ previous, isRestored, outcome }: FailedRollout): string {
  if (outcome === 'superseded') return 'what serves now was deployed by somebody else'
  if (previous === undefined) return 'nothing served before: this was the first deploy'
  const short = previous.slice(0, 12)
  return isRestored
    ? `the revision ${short} was restored and serves`
    : `pods of the revision ${short} that are still there go on serving`
}
