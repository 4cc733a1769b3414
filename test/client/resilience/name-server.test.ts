import { beforeAll, describe, expect, test } from 'vitest'
import {
  isNetworkPossible,
  type NamesSeen,
  seeNames,
} from '../../../bench/resilience/names/run-names.ts'

const isPossible = isNetworkPossible()
const why = isPossible ? '' : ' (skipped: this machine lets nobody make a network of their own)'

describe.skipIf(!isPossible)(`names and addresses, in a network of their own${why}`, () => {
  let seen: NamesSeen

  beforeAll(async () => {
    seen = await seeNames('short')
  }, 60_000)

  test('row 23: a hundred calls at the start are two questions at most', () => {
    expect(seen.cold.failed).toBe(0)
    expect(seen.cold.queries).toBeLessThanOrEqual(2)
  })

  test('row 20: new pods get calls within their time to live, and none fails', () => {
    expect(seen.grow.failed).toBe(0)
    expect(seen.grow.seenAfterMs).toBeLessThanOrEqual(6000)
  })

  test('row 21: a pod whose address is gone gets none after it', () => {
    expect(seen.shrink.failed).toBe(0)
    expect(seen.shrink.calls).toBeGreaterThan(100)
    // Negative when its last call was before its address was gone.
    expect(seen.shrink.lastAfterMs).toBeGreaterThan(-5000)
    expect(seen.shrink.lastAfterMs).toBeLessThanOrEqual(6000)
  })

  test('row 22: while nobody answers, calls go on, and few questions are asked', () => {
    expect(seen.fail.failed).toBe(0)
    expect(seen.fail.queriesPerSecond).toBeGreaterThan(0)
    expect(seen.fail.queriesPerSecond).toBeLessThanOrEqual(1)
  })

  test('a name that leads nowhere is told at once', () => {
    expect(seen.gone).toMatchObject({ ok: false, code: 'unavailable' })
    expect(seen.gone.tookMs).toBeLessThan(1500)
  })

  test('row 5: a pod that swallows connections costs no GET and no POST', () => {
    expect(seen.hole).toEqual({ get: 0, post: 0 })
  })
})
