/** `npm run docs:compatibility`: writes the rules of compatibility into docs/compatibility.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMPATIBILITY_RULES } from '../tooling/plan/compatibility/compatibility-rules.ts'

const PAGE = join(import.meta.dirname, '../docs/compatibility.md')

/** Gives the page with the rules as they are. */
export function toCompatibilityPage(page: string): string {
  const [before = '', rest = ''] = page.split(/(?<=<!-- rules -->\n)/)
  const [, after = ''] = rest.split(/(?=<!-- end of rules -->)/)
  const rows = Object.entries(COMPATIBILITY_RULES).map(
    ([id, { severity, sentence, fix }]) => `| \`${id}\` | ${severity} | ${sentence} | ${fix} |`,
  )
  return `${before}| rule | severity | what changed | what to do |\n|---|---|---|---|\n${rows.join('\n')}\n${after}`
}

if (import.meta.main) writeFileSync(PAGE, toCompatibilityPage(readFileSync(PAGE, 'utf8')))
