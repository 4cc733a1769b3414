import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toDecimalMs, toIsoTime } from '../../src/convention/iso-time.ts'

const OPTIONS = { seed: 20_260_102, numRuns: 500 }

test('a moment is spelled as Date does, whatever was spelled before it', () => {
  const ms = fc.integer({ min: 0, max: 4_102_444_800_000 })
  fc.assert(
    fc.property(ms, fc.integer({ min: 0, max: 1500 }), (timeMs, laterMs) => {
      for (const moment of [timeMs, timeMs + laterMs, timeMs])
        expect(toIsoTime(moment)).toBe(new Date(moment).toISOString())
    }),
    OPTIONS,
  )
})

test('a duration is a JSON number of milliseconds, exact to the microsecond', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (durationMs) => {
      const spelled = JSON.parse(toDecimalMs(durationMs)) as number
      expect(Math.abs(spelled - durationMs)).toBeLessThanOrEqual(0.000_501)
    }),
    OPTIONS,
  )
})

test.for([
  [0, '0'],
  [5, '5'],
  [1.5, '1.500'],
  [0.000_4, '0'],
  [0.001, '0.001'],
  [12.0305, '12.031'],
  [999.9999, '1000'],
] as const)('%d ms is %s', ([durationMs, spelled]) => {
  expect(toDecimalMs(durationMs)).toBe(spelled)
})
