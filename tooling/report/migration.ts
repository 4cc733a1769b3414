import { createTwoFilesPatch } from 'diff'
import type { Migration } from '../plan/migrate/migration.ts'
import { toPlainLine } from './plain-text.ts'

/** Gives a migration as a diff that `git apply` takes. */
export function toMigrationDiff({ changes }: Migration): string {
  return changes
    .map(({ path, before, after }) => {
      const from = before === undefined ? '/dev/null' : `a/${path}`
      const patch = createTwoFilesPatch(from, `b/${path}`, before ?? '', after, '', '', {
        context: 3,
      })
      return patch.replace(/^=+\n/, '').replaceAll(/^((?:---|\+\+\+) .*?)\t$/gm, '$1')
    })
    .join('')
}

/** Gives what a migration does, or did, and what is left for a person. */
export function toMigrationText({ done, left, changes }: Migration, isWritten: boolean): string {
  if (changes.length === 0) return 'there is nothing to change\n'
  const next = isWritten
    ? 'next: install the packages, run the tests, then kube check\n'
    : 'nothing is changed yet: kube migrate --write\n'
  return [
    isWritten ? 'done:\n' : 'would do:\n',
    toList(done),
    ...(left.length === 0 ? [] : ['left for you:\n', toList(left)]),
    next,
  ].join('')
}

function toList(lines: readonly string[]): string {
  return lines.map((line) => `  ${toPlainLine(line)}\n`).join('')
}
