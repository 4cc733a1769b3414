import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RULES } from '../tooling/plan/rules/catalog.ts'
import { toRulesTable } from '../tooling/report/rules-table.ts'

test('docs/convention.md lists every rule; `npm run docs:rules` writes the table', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/convention.md'), 'utf8')
  expect(page.replaceAll(/[ ]+/g, ' ')).toContain(toRulesTable(RULES).replaceAll(/[ ]+/g, ' '))
})
