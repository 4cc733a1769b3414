import assert from 'node:assert/strict'
import { test } from 'node:test'
import { workOff } from '../src/work-off.ts'

test('works off all that there is', async () => {
  const tasks = [{ id: 'a' }, { id: 'b' }]
  assert.equal(await workOff({ take: () => Promise.resolve(tasks) }), 2)
  assert.equal(await workOff(), 0)
})
