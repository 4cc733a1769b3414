import { describe, expect, test } from 'vitest'
import { Ejection } from '../../../src/client/policies/ejection.ts'
import type { Endpoint } from '../../../src/client/policies/endpoint.ts'
import { EndpointPool } from '../../../src/client/policies/endpoint-pool.ts'
import { Latency } from '../../../src/client/policies/latency.ts'
import { DEFAULT_SETTINGS } from '../../../src/client/policies/settings.ts'
import { VirtualTime } from '../../../src/simulation/virtual-time.ts'

/** A clock, and chance that is always in the middle: times are what they are on average. */
function toTiming(): { time: VirtualTime; timing: { now: () => number; random: () => number } } {
  const time = new VirtualTime(5)
  return { time, timing: { now: time.now, random: () => 0.5 } }
}

describe('an endpoint that fails', () => {
  test('is left alone after five failures in a row, not after four', () => {
    const ejection = new Ejection(DEFAULT_SETTINGS, toTiming().timing)
    const ends = [true, true, true, true, false, true, true, true, true].map((failed) =>
      ejection.end(failed, false),
    )
    expect(ends).not.toContain(true)
    expect(ejection.end(true, false)).toBe(true)
    expect(ejection.state).toBe('out')
  })

  test('is left alone when half of ten calls within 10 s failed', async () => {
    const { time, timing } = toTiming()
    const ejection = new Ejection(DEFAULT_SETTINGS, timing)
    const ends: boolean[] = []
    for (let at = 0; at < 10; at += 1) {
      await time.advanceTo(at * 100)
      ends.push(ejection.end(at % 2 === 1, false))
    }
    expect(ends.indexOf(true)).toBe(9)
  })

  test('is tried by exactly one call when its time is over, and comes back when that succeeds', async () => {
    const { time, timing } = toTiming()
    const ejection = new Ejection(DEFAULT_SETTINGS, timing)
    fail(ejection)
    expect([ejection.state, ejection.begin()]).toEqual(['out', false])
    await time.advanceTo(1000)
    expect([ejection.state, ejection.begin(), ejection.state, ejection.begin()]).toEqual([
      'due',
      true,
      'out',
      false,
    ])
    expect(ejection.end(false, false)).toBe(false)
    expect(ejection.state).toBe('out')
    ejection.end(false, true)
    expect(ejection.state).toBe('in')
  })

  test('is left alone twice as long each time, up to a minute', async () => {
    const { time, timing } = toTiming()
    const ejection = new Ejection(DEFAULT_SETTINGS, timing)
    fail(ejection)
    const times: number[] = []
    for (let round = 0; round < 8; round += 1) {
      const from = time.now()
      while (ejection.state === 'out') await time.advanceTo(time.now() + 100)
      times.push(time.now() - from)
      expect(ejection.end(true, ejection.begin())).toBe(true)
    }
    expect(times.map((ms) => Math.round(ms / 1000))).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  })

  test('times are spread by half, so that processes do not come back together', () => {
    const time = new VirtualTime(1)
    const until = (chance: number): string => {
      const ejection = new Ejection(DEFAULT_SETTINGS, { now: time.now, random: () => chance })
      fail(ejection)
      return ejection.state
    }
    expect([until(0), until(0.999)]).toEqual(['out', 'out'])
  })

  test('a caller who gave up decides nothing, and the next call tries again', async () => {
    const { time, timing } = toTiming()
    const ejection = new Ejection(DEFAULT_SETTINGS, timing)
    fail(ejection)
    await time.advanceTo(1000)
    expect(ejection.begin()).toBe(true)
    ejection.end(undefined, true)
    expect(ejection.state).toBe('due')
  })

  test('one that was well for a minute begins anew with short times', async () => {
    const { time, timing } = toTiming()
    const ejection = new Ejection(DEFAULT_SETTINGS, timing)
    for (const wait of [1000, 2000]) {
      fail(ejection)
      await time.advanceTo(time.now() + wait)
      ejection.end(false, ejection.begin())
      expect(ejection.state).toBe('in')
    }
    await time.advanceTo(time.now() + 61_000)
    fail(ejection)
    await time.advanceTo(time.now() + 1000)
    expect(ejection.state).toBe('due')
  })
})

describe('the choice of an endpoint', () => {
  test('healthy ones get their share', () => {
    const { pool, hits } = toPool(3)
    for (let at = 0; at < 3000; at += 1) count(hits, use(pool))
    expect(Math.max(...hits.values()) / Math.min(...hits.values())).toBeLessThan(1.2)
  })

  test('one with much under way gets less', () => {
    const { pool, time } = toPool(2)
    const busy = pool.pick(new Set())!
    for (let at = 0; at < 5; at += 1) busy.begin(time)
    const next = Array.from({ length: 20 }, () => pool.pick(new Set())!.origin)
    expect(next).not.toContain(busy.origin)
  })

  test('one that is much slower than the rest gets little, until its past has faded', async () => {
    const { pool, time } = toPool(3)
    const slow = all(pool)[0]!
    for (const endpoint of all(pool)) {
      for (let at = 0; at < 10; at += 1)
        endpoint.latency.add(endpoint === slow ? 200 : 5, time.now())
    }
    await time.advanceTo(200)
    const share = (): number =>
      Array.from({ length: 300 }, () => pool.pick(new Set())).filter(
        (endpoint) => endpoint === slow,
      ).length / 300
    expect(share()).toBe(0)
    await time.advanceTo(40_000)
    for (const endpoint of all(pool)) if (endpoint !== slow) endpoint.latency.add(5, time.now())
    expect(share()).toBeGreaterThan(0.2)
  })

  test('one that is a little slower is no slower to the pool: small differences are noise', () => {
    const { pool, time } = toPool(3)
    for (const [at, endpoint] of all(pool).entries()) endpoint.latency.add(5 + at * 4, time.now())
    const hits = new Map<string, number>()
    for (let at = 0; at < 3000; at += 1) count(hits, use(pool))
    expect(Math.max(...hits.values()) / Math.min(...hits.values())).toBeLessThan(1.3)
  })

  test('a retry goes elsewhere, and to the same one only when there is no other', () => {
    const { pool } = toPool(3)
    const tried = new Set<Endpoint>()
    for (let at = 0; at < 3; at += 1) tried.add(pool.pick(tried)!)
    expect(tried.size).toBe(3)
    expect(pool.pick(tried)).toBeDefined()
  })

  test('one that is left alone gets nothing, then one call that finds out, which is no retry', async () => {
    const { pool, time } = toPool(3)
    const bad = all(pool)[1]!
    fail(bad.ejection)
    const picks = (): (Endpoint | undefined)[] =>
      Array.from({ length: 50 }, () => pool.pick(new Set()))
    expect(picks()).not.toContain(bad)
    expect(pool.counts).toEqual({ in: 2, out: 1, due: 0 })
    await time.advanceTo(2000)
    expect(pool.pick(new Set([all(pool)[0]!]))).not.toBe(bad)
    expect(pool.pick(new Set())).toBe(bad)
    bad.begin(time)
    expect(picks()).not.toContain(bad)
  })

  test('when two of three are out, all are used: then it is not the pods that are broken', () => {
    const { pool } = toPool(3)
    for (const endpoint of all(pool).slice(0, 2)) fail(endpoint.ejection)
    const picked = new Set(Array.from({ length: 100 }, () => pool.pick(new Set())))
    expect(picked.size).toBe(3)
  })

  test('the only one is used, whatever it does', () => {
    const { pool } = toPool(1)
    fail(pool.pick(new Set())!.ejection)
    expect(pool.pick(new Set())).toBeDefined()
  })

  test('of many, twenty are used, and they stay', () => {
    const { pool } = toPool(100)
    const before = all(pool)
    expect(before).toHaveLength(20)
    pool.update(Array.from({ length: 100 }, (_, at) => toOrigin(at)))
    expect(all(pool)).toEqual(before)
  })

  test('what is known of an address outlives an update; a new one is used, an old one is not', () => {
    const { pool } = toPool(3)
    fail(all(pool)[0]!.ejection)
    pool.update([toOrigin(0), toOrigin(2), toOrigin(7)])
    expect(
      all(pool)
        .map(({ origin }) => origin)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual([toOrigin(0), toOrigin(2), toOrigin(7)])
    expect(pool.counts).toEqual({ in: 2, out: 1, due: 0 })
    pool.update([toOrigin(1), toOrigin(1)])
    expect(all(pool).map(({ origin }) => origin)).toEqual([toOrigin(1)])
    pool.update([])
    expect(pool.pick(new Set())).toBeUndefined()
  })

  test('an average forgets what is old, and one spike does not rule it', () => {
    const latency = new Latency()
    for (let at = 0; at < 50; at += 1) latency.add(5, at * 10)
    latency.add(500, 500)
    expect(latency.at(500)).toBeLessThan(60)
    for (let at = 0; at < 30; at += 1) latency.add(5, 510 + at * 10)
    expect(latency.at(800)).toBeLessThan(10)
    expect(latency.at(100_000)).toBeLessThan(0.01)
  })
})

function toOrigin(index: number): string {
  return `http://10.0.0.${index}:8080`
}

function toPool(size: number) {
  const time = new VirtualTime(11)
  const pool = new EndpointPool(DEFAULT_SETTINGS, time)
  pool.update(Array.from({ length: size }, (_, at) => toOrigin(at)))
  return { pool, time, hits: new Map<string, number>() }
}

function all(pool: EndpointPool): readonly Endpoint[] {
  return pool.endpoints
}

function use(pool: EndpointPool): string {
  return pool.pick(new Set())!.origin
}

function count(hits: Map<string, number>, origin: string): void {
  hits.set(origin, (hits.get(origin) ?? 0) + 1)
}

function fail(ejection: Ejection): void {
  for (let at = 0; at < 5; at += 1) ejection.end(true, false)
}
