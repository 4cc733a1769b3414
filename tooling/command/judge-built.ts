import type { Description } from '../../src/convention/description.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import type { CommitRecord } from '../plan/deploy/commit-record.ts'
import { toConventionLines } from '../plan/deploy/convention-lines.ts'
import { RULES } from '../plan/rules/catalog.ts'
import { judgeBreaches } from '../plan/rules/judge.ts'
import type { Progress } from '../report/progress.ts'
import type { BuildTask } from './build-task.ts'
import { findOverrideProblems } from './find-override-problems.ts'

/** What was built, as far as it is judged. */
export interface BuiltCommit {
  readonly description: Description
  readonly record: CommitRecord
}

/**
 * Judges a commit by the severities that hold in every environment, and gives what is wrong with an
 * image that is not pushed. Tells of the exceptions in force.
 *
 * Throws SERVICEX_RULES_BROKEN for an image that would be pushed and could be deployed nowhere.
 */
export function judgeBuilt(
  { delivery, isDryRun, project }: Pick<BuildTask, 'delivery' | 'isDryRun' | 'project'>,
  { description, record }: BuiltCommit,
  progress: Progress,
): readonly string[] {
  const { convention, overrides } = record
  const judgement = judgeBreaches(
    { ...convention, nowSeconds: Date.now() / 1000 },
    { rules: RULES, severities: convention.severities, isMildest: true },
  )
  const { exceptions, warnings, findings: broken } = toConventionLines(judgement)
  const wrong = findOverrideProblems(description, overrides, project.settings)
  const findings = [...broken, ...(wrong.isEverywhere ? wrong.problems : [])]
  for (const exception of exceptions) progress.step(exception)
  if (warnings.length > 0)
    progress.step(`${judgement.warnings} warnings of the convention: kube check lists them`)
  if (findings.length > 0 && delivery.isPushed && !isDryRun) throw refusal(findings)
  const told = [...broken, ...wrong.problems]
  for (const finding of told) progress.warn(finding)
  return told
}

function refusal(findings: readonly string[]): ServicexError {
  return new ServicexError('SERVICEX_RULES_BROKEN', {
    summary: `the commit breaks the convention in ${findings.length} ${findings.length === 1 ? 'place' : 'places'}: nothing was pushed`,
    details: findings,
    fix: 'correct them, or agree on an exception in package.json#servicex.exceptions; kube check says the same',
  })
}
