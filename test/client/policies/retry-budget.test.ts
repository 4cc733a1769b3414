import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RetryBudget } from '../../../src/client/policies/retry-budget.ts'
import { SlidingCount } from '../../../src/client/policies/sliding-count.ts'

const SETTINGS = { budgetRatio: 0.2, budgetFloor: 10 }

test('retries of the 10 s before each of them are at most a fifth of the calls, and 10', () => {
  const step = fc.record({
    gapMs: fc.nat({ max: 3000 }),
    calls: fc.nat({ max: 40 }),
    retries: fc.nat({ max: 40 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let now = 0
      const budget = new RetryBudget(SETTINGS, { now: () => now })
      const calls: number[] = []
      const retries: number[] = []
      for (const { gapMs, calls: count, retries: wanted } of steps) {
        now += gapMs
        for (let at = 0; at < count; at += 1) {
          budget.noteCall()
          calls.push(now)
        }
        for (let at = 0; at < wanted; at += 1) {
          if (!budget.take()) continue
          retries.push(now)
          const within = (times: readonly number[]): number =>
            times.filter((time) => time > now - 10_000).length
          expect(within(retries)).toBeLessThanOrEqual(0.2 * within(calls) + 10)
        }
      }
    }),
    { numRuns: 300, seed: 3 },
  )
})

test('the whole budget can be used: 200 calls allow 50 retries', () => {
  const budget = new RetryBudget(SETTINGS, { now: () => 0 })
  for (let at = 0; at < 200; at += 1) budget.noteCall()
  const granted = Array.from({ length: 100 }, () => budget.take()).filter(Boolean)
  expect(granted).toHaveLength(50)
})

test('a target that is hardly called may be retried once a second', () => {
  let now = 0
  const budget = new RetryBudget(SETTINGS, { now: () => now })
  const granted = Array.from({ length: 600 }, () => {
    now += 100
    return budget.take()
  }).filter(Boolean)
  expect(granted.length).toBeGreaterThanOrEqual(58)
  expect(granted.length).toBeLessThanOrEqual(62)
})

test('a count forgets a bucket at a time, and all of it after a long pause', () => {
  const count = new SlidingCount(1000, 10)
  count.add(0, 3)
  count.add(450, 2)
  expect([count.total(950), count.total(1000), count.total(1399), count.total(1400)]).toEqual([
    5, 2, 2, 0,
  ])
  count.add(1_000_000, 1)
  expect(count.total(1_000_050)).toBe(1)
  count.clear()
  expect(count.total(1_000_050)).toBe(0)
})
