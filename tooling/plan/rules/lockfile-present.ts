import type { Rule } from './rule.ts'

/** What is installed is locked. */
export const lockfilePresent: Rule = {
  id: 'lockfile-present',
  sentence: 'A lockfile is committed.',
  reason: 'Without one, what runs in production depends on the day it was built.',
  fix: 'install once with your package manager, and commit its lockfile',
  severity: 'error',
  maxExceptionDays: 30,
  check: ({ lockfile, packageJson }) =>
    lockfile === undefined && Object.keys(packageJson.dependencies ?? {}).length > 0
      ? [{ what: 'package.json has dependencies, and nothing locks them', path: 'package.json' }]
      : [],
}
