import type { Check, CheckStatus, Diagnosis } from '../../src/convention/doctor.ts'

const MARKS: Readonly<Record<CheckStatus, string>> = { pass: 'ok  ', warn: 'warn', fail: 'FAIL' }

/** Gives a diagnosis as a person reads it: by category, what is wrong with its fix. */
export function toDiagnosisText(diagnosis: Diagnosis): string {
  const { service, environment, root, checks, summary } = diagnosis
  const groups = [...Map.groupBy(checks, ({ category }) => category)]
  const sections = groups.map(([category, members]) => `${category}\n${toRows(members)}`)
  const total = `${summary.pass} ok, ${summary.warn} to look at, ${summary.fail} failed`
  return `${service} (${environment}) in ${root}\n\n${sections.join('\n')}\n${total}\n`
}

/** Gives a diagnosis as one line of JSON. */
export function toDiagnosisJson(diagnosis: Diagnosis): string {
  return `${JSON.stringify(diagnosis)}\n`
}

function toRows(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length))
  return checks
    .map(({ status, name, message, fix }) => {
      const row = `  ${MARKS[status]}  ${name.padEnd(width)}  ${message}\n`
      return fix === undefined ? row : `${row}${' '.repeat(width + 10)}fix: ${fix}\n`
    })
    .join('')
}
