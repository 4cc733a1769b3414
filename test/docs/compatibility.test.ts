import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toCompatibilityPage } from '../../scripts/docs-compatibility.ts'

test('docs/compatibility.md lists the rules as they are: npm run docs:compatibility', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/compatibility.md'), 'utf8')
  expect(toCompatibilityPage(page)).toBe(page)
})
