import type { Finding, Severity } from '../plan/compatibility/rule.ts'

/** What two snapshots were compared, and what was found. */
export interface CompatibilityReport {
  readonly service: string
  /** What the callers were made for, and what is served to them: `3fa1c2e in production`. */
  readonly before: string
  readonly after: string
  readonly findings: readonly Finding[]
}

const MARKS: Readonly<Record<Severity, string>> = {
  breaking: 'BREAK',
  warning: 'warn ',
  info: 'info ',
}
const ORDER: readonly Severity[] = ['breaking', 'warning', 'info']

/** Says whether callers that work today would fail. */
export function isBreaking({ findings }: CompatibilityReport): boolean {
  return findings.some(({ severity }) => severity === 'breaking')
}

/** Gives a report as a person reads it: the worst first, each with its fix. */
export function toCompatibilityText(report: CompatibilityReport): string {
  const { service, before, after, findings } = report
  const sorted = ORDER.flatMap((wanted) => findings.filter(({ severity }) => severity === wanted))
  const rows = sorted.map(toRow).join('')
  return `${service}: ${before} → ${after}\n${rows}${toTotal(findings)}\n`
}

/** Gives a report as one line of JSON. */
export function toCompatibilityJson(report: CompatibilityReport): string {
  const counts = Object.fromEntries(
    ORDER.map((severity) => [severity, count(report.findings, severity)]),
  )
  return `${JSON.stringify({ ...report, compatible: !isBreaking(report), counts })}\n`
}

function toRow(finding: Finding): string {
  const { rule, severity, operation, at, sentence, detail, fix } = finding
  const place = [operation, at].filter((part) => part !== undefined && part !== '').join(', ')
  const facts = detail === '' ? '' : `: ${detail}`
  const lines = [
    `  ${MARKS[severity]}  ${place === '' ? 'the service' : place}  (${rule})`,
    `         ${sentence}${facts}`,
    ...(severity === 'info' ? [] : [`         fix: ${fix}`]),
  ]
  return lines.map((line) => `${toSafeText(line)}\n`).join('')
}

/** Names come from another service: none of them may steer the terminal. */
function toSafeText(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\u{FFFD}')
}

function toTotal(findings: readonly Finding[]): string {
  if (findings.length === 0) return '  nothing changed that callers can see'
  const [breaking, warnings, infos] = ORDER.map((severity) => count(findings, severity))
  return `  ${breaking} breaking, ${warnings} to look at, ${infos} harmless`
}

function count(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length
}
