import { expect, test } from 'vitest'
import { toCi } from '../../../tooling/parse/ci.ts'
import { toPlainLine, toPlainText } from '../../../tooling/report/plain-text.ts'
import { openProgress, type ProgressOptions } from '../../../tooling/report/progress.ts'

function tell(options: ProgressOptions): string {
  let text = ''
  const progress = openProgress(
    { write: (part) => (text += part) },
    { clock: () => 5000, ...options },
  )
  progress.phase('pre-flight')
  progress.step('read the project')
  progress.warn('100 % is a lot')
  progress.phase('apply')
  progress.end()
  return text
}

test('phases are headings, steps stand under them', () => {
  expect(tell({})).toBe('pre-flight\n  read the project\n  warning: 100 % is a lot\napply\n')
})

test('in a CI system phases are its groups, warnings its annotations', () => {
  expect(tell({ ci: 'github' })).toBe(
    '::group::pre-flight\n  read the project\n::warning::100 %25 is a lot\n::endgroup::\n::group::apply\n::endgroup::\n',
  )
  expect(tell({ ci: 'gitlab' })).toContain('section_start:5:phase_2\r\u001b[0Kapply')
})

test('where only results are wanted, warnings alone are told', () => {
  expect(tell({ isQuiet: true })).toBe('  warning: 100 % is a lot\n')
})

test('a terminal obeys nothing in text from elsewhere', () => {
  expect(toPlainText('a\u001b]0;PWN\u0007\u001b[2J\rb\u009b2Jc\n\td\u202e')).toBe(
    String.raw`a\u001b]0;PWN\u0007\u001b[2J\u000db\u009b2Jc` + '\n\td' + String.raw`\u202e`,
  )
  expect(toPlainLine('a\n  b')).toBe('a b')
})

test.for([
  [{}, undefined],
  [{ CI: 'false' }, undefined],
  [{ CI: 'true' }, { provider: 'other' }],
  [
    {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://g.example',
      GITHUB_REPOSITORY: 'a/b',
      GITHUB_RUN_ID: '7',
      GITHUB_ACTOR: 'ann',
    },
    { provider: 'github', url: 'https://g.example/a/b/actions/runs/7', actor: 'ann' },
  ],
  [
    { GITLAB_CI: 'true', CI_JOB_URL: 'https://g.example/7' },
    { provider: 'gitlab', url: 'https://g.example/7' },
  ],
] as const)('%j is the CI %j', ([env, ci]) => {
  expect(toCi(env)).toEqual(ci)
})
