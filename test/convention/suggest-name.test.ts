import { expect, test } from 'vitest'
import { suggestName } from '../../src/convention/suggest-name.ts'

const NAMES = ['build', 'deploy', 'diff', 'dev', 'explain', 'rollback']

test.for([
  ['biuld', 'build'],
  ['bild', 'build'],
  ['buildd', 'build'],
  ['DEPLOY', 'deploy'],
  ['depoly', 'deploy'],
  ['explane', 'explain'],
  ['roll-back', 'rollback'],
] as const)('%s is a slip of %s', ([word, name]) => {
  expect(suggestName(word, NAMES)).toBe(name)
})

test.for(['', 'x', 'status', 'kubernetes'])('%j is a slip of nothing', (word) => {
  expect(suggestName(word, NAMES)).toBeUndefined()
})
