import { expect, test } from 'vitest'
import { isWithinRange } from '../../src/doctor/version-range.ts'

test.for<[string, string, boolean | undefined]>([
  ['24.21.0', '^22.22.3 || ^24.11.1 || >=26', true],
  ['24.11.0', '^22.22.3 || ^24.11.1 || >=26', false],
  ['25.9.0', '^22.22.3 || ^24.11.1 || >=26', false],
  ['26.0.0', '^22.22.3 || ^24.11.1 || >=26', true],
  ['20.19.0', '>=20.10 <21', true],
  ['21.0.0', '>=20.10 <21', false],
  ['20.9.0', '>= 20.10', false],
  ['20.4.1', '20', true],
  ['20.4.1', '20.x', true],
  ['21.4.1', '20.x', false],
  ['20.4.1', '20.4', true],
  ['20.5.1', '20.4', false],
  ['20.4.9', '~20.4.1', true],
  ['20.5.0', '~20.4.1', false],
  ['20.9.9', '~20', true],
  ['20.4.2', '>20', false],
  ['21.0.0', '>20', true],
  ['20.9.0', '<=20', true],
  ['21.0.0', '<=20', false],
  ['0.3.4', '^0.3.1', true],
  ['0.4.0', '^0.3.1', false],
  ['20.4.1', '*', true],
  ['20.4.1', '', true],
  ['20.4.1', 'v20.4.1', true],
  ['20.4.1-nightly', '>=20', true],
  ['20.4.1', 'lts/iron', undefined],
  ['20.4.1', '18 - 22', undefined],
  ['20.4.1', 'lts/iron || 20', true],
  ['20.4.1', 'lts/iron || 22', undefined],
])('%s is within "%s": %s', ([version, range, expected]) => {
  expect(isWithinRange(version, range)).toBe(expected)
})
