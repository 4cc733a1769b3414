import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tidy } from '../src/tidy.ts'

test('deletes what is older than it is to keep', () => {
  assert.equal(tidy(30, [1, 30, 31, 400]), 2)
})
