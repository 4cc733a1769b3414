import { expect, test } from 'vitest'
import { LatestAttributes } from '../../src/metrics/latest-attributes.ts'

test('attributes with the same names and values, in the same order, are found', () => {
  const latest = new LatestAttributes<string>()
  latest.note({ state: 'idle', pool: 'a' }, 'idle a')
  latest.note({ state: 'used', pool: 'a' }, 'used a')
  expect(latest.find({ state: 'used', pool: 'a' })).toBe('used a')
  expect(latest.find({ state: 'idle', pool: 'a' })).toBe('idle a')
})

test.for([
  [{ state: 'idle' }],
  [{ state: 'idle', pool: 'a', more: 1 }],
  [{ state: 'idle', pool: 'b' }],
  [{ state: 'idle', Pool: 'a' }],
  [{ pool: 'a', state: 'idle' }],
  [{}],
] as const)('%j is not what was noted', ([attributes]) => {
  const latest = new LatestAttributes<string>()
  latest.note({ state: 'idle', pool: 'a' }, 'idle a')
  expect(latest.find(attributes)).toBeUndefined()
})

test('a text, a number and a truth that are spelled alike are three', () => {
  const latest = new LatestAttributes<string>()
  latest.note({ value: '1' }, 'text')
  latest.note({ value: 1 }, 'number')
  latest.note({ value: true }, 'truth')
  expect([latest.find({ value: '1' }), latest.find({ value: 1 })]).toEqual(['text', 'number'])
})

test('a list may change after it was given: it is not noted', () => {
  const latest = new LatestAttributes<string>()
  const parts = ['a']
  latest.note({ parts }, 'one part')
  expect(latest.find({ parts })).toBeUndefined()
})

test('the oldest makes room, and nothing is left when it is cleared', () => {
  const latest = new LatestAttributes<number>()
  for (let id = 0; id < 9; id += 1) latest.note({ id }, id)
  expect([latest.find({ id: 0 }), latest.find({ id: 1 }), latest.find({ id: 8 })]).toEqual([
    undefined,
    1,
    8,
  ])
  latest.clear()
  expect(latest.find({ id: 8 })).toBeUndefined()
})
