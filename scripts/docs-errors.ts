// Writes docs/errors.md from the error table: `npm run docs:errors`.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ErrorEntry } from '../src/convention/error-codes.ts'
import { ERRORS } from '../src/convention/error-codes.ts'

/** The page, from the repo's root. */
export const ERRORS_PAGE = 'docs/errors.md'

const HEAD = `# Error codes

Every error of servicex and of its tools begins with a code that does not change. \`kube explain <code>\`
prints the same words as this page.

<!-- Generated from src/convention/error-codes.ts by \`npm run docs:errors\`; edits here are lost. -->
`

/** Gives the page of all error codes, in the order of their names. */
export function toErrorsPage(errors: Readonly<Record<string, ErrorEntry>>): string {
  const sections = Object.keys(errors)
    .toSorted()
    .map((code) => `\n## ${code}\n\n${errors[code]?.meaning}\n\n**Fix:** ${errors[code]?.fix}\n`)
  return HEAD + sections.join('')
}

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, '..', ERRORS_PAGE), toErrorsPage(ERRORS))
}
