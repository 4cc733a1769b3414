import type { Rule } from '../plan/rules/rule.ts'

/** Gives the rules as a table of Markdown. */
export function toRulesTable(rules: readonly Rule[]): string {
  const rows = rules.map((rule) =>
    [`\`${rule.id}\``, rule.sentence, rule.reason, severityOf(rule), String(rule.maxExceptionDays)]
      .map((cell) => cell.replaceAll('|', String.raw`\|`))
      .join(' | '),
  )
  return [
    '| rule | what it asks | why | severity | longest exception, days |',
    '|---|---|---|---|---:|',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n')
}

function severityOf({ severity, severityIn = {} }: Rule): string {
  const differing = Object.entries(severityIn).map(
    ([environment, own]) => `${own} in ${environment}`,
  )
  return [severity, ...differing].join(', ')
}
