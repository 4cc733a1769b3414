import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ERRORS_PAGE, toErrorsPage } from '../scripts/docs-errors.ts'
import { ERRORS } from '../src/convention/error-codes.ts'

const root = join(import.meta.dirname, '..')

test('docs/errors.md says what the error table says', () => {
  const page = readFileSync(join(root, ERRORS_PAGE), 'utf8')
  expect(page, 'run `npm run docs:errors`').toBe(toErrorsPage(ERRORS))
})

test('every error code has a meaning and an imperative fix, each a sentence', () => {
  for (const [code, { meaning, fix }] of Object.entries(ERRORS)) {
    expect(code).toMatch(/^SERVICEX_[A-Z][A-Z0-9_]+$/)
    expect(meaning, code).toMatch(/^[A-Z`].*\.$|^[a-z]+\(\).*\.$/s)
    expect(fix, code).toMatch(/^[A-Z].*\.$/s)
  }
})
