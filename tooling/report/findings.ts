import type { Judgement, Finding } from '../plan/rules/judge.ts'
import type { Rule } from '../plan/rules/rule.ts'
import type { CiProvider } from '../parse/ci.ts'
import { toPlainLine } from './plain-text.ts'

/** Gives a judgement as a person reads it: by rule, each place with its line, then what to do. */
export function toJudgementText(judgement: Judgement, name: string): string {
  const { findings, errors, warnings, environment } = judgement
  const groups = [...Map.groupBy(findings, ({ rule }) => rule).values()].map(toGroup)
  const place = environment === undefined ? '' : ` for ${environment}`
  const total =
    findings.length === 0
      ? `${name} follows every rule${place}`
      : `${name}${place}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`
  return [...groups, total, ''].join('\n')
}

/** Gives a judgement as one line of JSON. */
export function toJudgementJson(judgement: Judgement, name: string): string {
  return `${JSON.stringify({ service: name, ...judgement })}\n`
}

/** Gives a CI system's own marks for what was found, a line each; nothing where it has none. */
export function toAnnotations({ findings }: Judgement, ci: CiProvider | undefined): string {
  if (ci !== 'github') return ''
  return findings
    .map(({ severity, path, line, rule, what }) => {
      const place = [
        ...(path === undefined ? [] : [`file=${escapeProperty(path)}`]),
        ...(line === undefined ? [] : [`line=${line}`]),
        `title=${rule}`,
      ].join(',')
      return `::${severity} ${place}::${escapeData(what)}\n`
    })
    .join('')
}

function toGroup(findings: readonly Finding[]): string {
  const [first] = findings
  if (first === undefined) return ''
  const rows = findings.map((finding) => `    ${toPlainLine(toRow(finding))}\n`)
  return `${first.rule}  ${first.sentence}\n${rows.join('')}    fix: ${toPlainLine(first.fix)}\n`
}

function toRow({ severity, path, line, what, exception }: Finding): string {
  const place = path === undefined ? '' : `${path}${line === undefined ? '' : `:${line}`}  `
  const permit =
    exception === undefined
      ? ''
      : ` (permitted until ${exception.until}, ${exception.owner}: ${exception.reason})`
  return `${severity.padEnd('warning'.length)}  ${place}${what}${permit}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Source: GitHub's toolkit, the escapes of workflow commands. */
function escapeData(text: string): string {
  return toPlainLine(text).replaceAll('%', '%25')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

/** Gives a rule as one line of JSON. */
export function toRuleJson({ check: _check, ...rule }: Rule): string {
  return `${JSON.stringify(rule)}\n`
}

/** Gives a rule as a person reads it. */
export function toRuleText(rule: Rule): string {
  const differing = Object.entries(rule.severityIn ?? {}).map(
    ([environment, severity]) => `, ${severity} in ${environment}`,
  )
  return [
    rule.id,
    `  ${rule.sentence}`,
    `  why: ${rule.reason}`,
    `  ${rule.severity} by default${differing.join('')}; an exception may hold ${rule.maxExceptionDays} days`,
    `  fix: ${rule.fix}`,
    '',
  ].join('\n')
}
