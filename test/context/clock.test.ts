import { performance } from 'node:perf_hooks'
import { expect, test } from 'vitest'
import { monotonicMs, toEpochMs } from '../../src/context/clock.ts'

test('a past moment is told by the wall clock of then, not of now', () => {
  const now = monotonicMs()
  // The first comparison of the clocks happens when a span is encoded, seconds after it began.
  expect(Math.abs(toEpochMs(now - 5000) - (Date.now() - 5000))).toBeLessThan(50)
  expect(toEpochMs(now) - toEpochMs(now - 5000)).toBe(5000)
})

test('the wall clock is told in fractions of a millisecond', () => {
  expect(Math.abs(toEpochMs(performance.now()) - Date.now())).toBeLessThan(50)
})
