import type { DeployEvent, Report } from '../apply/deploy/reporter.ts'
import { toDuration, toPercent } from '../plan/guard/compare.ts'
import type { Finding } from '../plan/rollout/finding.ts'
import { toPlainText } from './plain-text.ts'
import type { Progress } from './progress.ts'
import type { TerminalStream } from './terminal.ts'

/** Where a deploy is told of. */
export interface DeployTerminal {
  readonly progress: Progress
  /** Takes one line of JSON an event; absent without `--json`. */
  readonly events?: TerminalStream
  readonly environment: string
}

/** Gives what tells a person, and a program, everything that happens in a deploy. */
export function toDeployReport({ progress, events, environment }: DeployTerminal): Report {
  return (event) => {
    events?.write(`${JSON.stringify(event)}\n`)
    tell(progress, event, environment)
  }
}

function tell(progress: Progress, event: DeployEvent, environment: string): void {
  switch (event.type) {
    case 'phase':
      return progress.phase(event.title)
    case 'step':
      return progress.step(event.text)
    case 'warning':
      return progress.warn(event.text)
    case 'refused':
      return progress.step(
        `${event.findings.length} ${event.findings.length === 1 ? 'finding' : 'findings'}`,
      )
    case 'progress':
      return tellProgress(progress, event)
    case 'finding':
      return tellFinding(progress, event, environment)
    case 'guard':
      // What ends the rollout follows, with its evidence.
      return event.verdict === 'regressed' ? undefined : progress.step(toGuardLine(event))
    case 'result':
      return progress.step(toResultLine(event))
  }
}

function tellProgress(progress: Progress, event: DeployEvent & { type: 'progress' }): void {
  const { desired, updated, ready, old } = event.progress
  const left = old > 0 ? `, ${old} old` : ''
  progress.step(`${event.deployment}: ${updated} of ${desired} new, ${ready} ready${left}`)
  // What ends the rollout follows, with its evidence.
  for (const finding of event.findings)
    if (finding.certainty !== 'failed') progress.step(toFindingLine(finding))
}

function tellFinding(
  progress: Progress,
  { finding, evidence }: DeployEvent & { type: 'finding' },
  environment: string,
): void {
  progress.step(toFindingLine(finding))
  for (const line of evidence.flatMap((text) => toPlainText(text).split('\n')))
    progress.step(`  | ${line}`)
  progress.step(`  fix: ${finding.suggestion.replaceAll('<env>', environment)}`)
}

function toGuardLine({
  deployment,
  before,
  after,
  reason,
}: DeployEvent & { type: 'guard' }): string {
  if (before === undefined || after === undefined)
    return `guard: ${deployment} is not judged: ${reason ?? 'nothing is known of it'}`
  const [now, old] = [after, before].map(
    ({ errorRatio, p95Seconds, requests }) =>
      `${toPercent(errorRatio)} of ${requests} requests failed, p95 ${toDuration(p95Seconds)}`,
  )
  return `guard: ${deployment} serves as before: ${now ?? ''} (before: ${old ?? ''})`
}

function toFindingLine({ code, subject, message }: Finding): string {
  return `${code}  ${subject}: ${message}`
}

function toResultLine({ result }: DeployEvent & { type: 'result' }): string {
  const { outcome, app, environment, revision, previous, durationMs } = result
  const from = previous === undefined ? '' : ` (before: ${previous.slice(0, 12)})`
  const seconds = Math.round(durationMs / 1000)
  return `${app} ${revision.slice(0, 12)} ${outcome} in ${environment} after ${seconds} s${from}`
}
