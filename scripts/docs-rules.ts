/** `npm run docs:rules`: writes the table of rules into docs/convention.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toRulesTable } from '../tooling/report/rules-table.ts'
import { RULES } from '../tooling/plan/rules/catalog.ts'

const path = join(import.meta.dirname, '../docs/convention.md')
const text = readFileSync(path, 'utf8')
const [before = '', after = ''] = text.split(/(?<=<!-- rules -->\n)[\s\S]*(?=<!-- \/rules -->)/)
writeFileSync(path, `${before}\n${toRulesTable(RULES)}\n${after}`)
