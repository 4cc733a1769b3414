import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { COMPATIBILITY_RULES } from '../../../../tooling/plan/compatibility/compatibility-rules.ts'
import { GOLDEN_PAIRS } from './golden-pairs.ts'
import { DIFFERENT_FROM_OASDIFF, OASDIFF_LEVELS } from './oasdiff-levels.ts'

const rules = Object.entries(COMPATIBILITY_RULES)

test('a rule judges as oasdiff does, or is listed as one that does not', () => {
  const different = rules
    .filter(([id, { severity }]) => (OASDIFF_LEVELS[id] ?? severity) !== severity)
    .map(([id]) => id)
  expect(different).toEqual(DIFFERENT_FROM_OASDIFF)
})

test('every rule that is compared exists', () => {
  const known = new Set(rules.map(([id]) => id))
  expect(Object.keys(OASDIFF_LEVELS).filter((id) => !known.has(id))).toEqual([])
})

test('sixty pairs or more are judged by both', () => {
  const judged = GOLDEN_PAIRS.filter(({ findings }) =>
    findings.some((finding) => OASDIFF_LEVELS[finding.split(' ')[1] ?? ''] !== undefined),
  )
  expect(judged.length).toBeGreaterThanOrEqual(60)
})

test('the page gives the reason of each difference', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/compatibility.md'), 'utf8')
  const [, section = ''] = page.split('## Where oasdiff says otherwise')
  expect(DIFFERENT_FROM_OASDIFF.filter((id) => !section.includes(`\`${id}\``))).toEqual([])
})
