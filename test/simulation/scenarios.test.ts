import { describe, expect, test } from 'vitest'
import type { Behaviour } from '../../src/simulation/fault.ts'
import { toAmplification, toHits, toSuccessShare } from '../../src/simulation/simulation-report.ts'
import { BAD_POD, countOf, during, failing, oneBad, run } from './worlds.ts'

describe('every pod fails', () => {
  test('30 % of the replies are 503: 83 % succeed, for a fifth more requests, and nothing is refused', async () => {
    const report = await run({ behave: () => failing(0.3) })
    expect(toSuccessShare(report)).toBeGreaterThanOrEqual(0.83)
    expect(toAmplification(report)).toBeLessThanOrEqual(1.22)
    expect(countOf(report, 'refused')).toBe(0)
  })

  test('5 % are: one in a thousand fails, and hardly any takes longer', async () => {
    const report = await run({ behave: () => failing(0.05) })
    expect(toSuccessShare(report)).toBeGreaterThanOrEqual(0.999)
    expect(toAmplification(report)).toBeLessThanOrEqual(1.07)
    expect(report.p99Ms).toBeLessThanOrEqual(8 + 80)
  })

  test.for([
    ['200 a second', 200, 0.3, 3000],
    ['5 a second', 5, 0.6, 6000],
  ] as const)(
    'all are for 30 s, at %s: few requests are sent, and all is well soon after',
    async ([, callsPerSecond, amplification, healMs]) => {
      const outage = [5000, 35_000] as const
      const reports = await Promise.all(
        [1, 2, 3, 4].map((seed) =>
          run({
            seed,
            callsPerSecond,
            seconds: 60,
            behave: during(outage, { kind: 'unavailable', latencyMs: 2 }),
          }),
        ),
      )
      const calls = reports.flatMap((report) => report.calls)
      const arrivals = reports.flatMap((report) => report.arrivals)
      expect(toAmplification({ calls, arrivals }, [15_000, 35_000])).toBeLessThanOrEqual(
        amplification,
      )
      expect(toSuccessShare({ calls }, [35_000 + healMs, 60_000])).toBeGreaterThanOrEqual(0.95)
    },
  )

  test('all hang for 30 s: every call ends by its deadline, and all is well soon after', async () => {
    const report = await run({ seconds: 60, behave: during([5000, 35_000], { kind: 'hang' }) })
    expect(report.maxMs).toBeCloseTo(5000, 6)
    expect(toAmplification(report, [15_000, 35_000])).toBeLessThanOrEqual(0.3)
    expect(toSuccessShare(report, [38_000, 60_000])).toBeGreaterThanOrEqual(0.95)
  })
})

describe('one pod of three', () => {
  test.for<readonly [string, Behaviour, number, number]>([
    ['refuses', { kind: 'refuse' }, 0, 8],
    ['answers 503 at once', { kind: 'unavailable', latencyMs: 1 }, 10, 8],
    ['breaks connections', { kind: 'reset', latencyMs: 1 }, 10, 8],
    ['hangs', { kind: 'hang' }, 8, 8],
  ])(
    '%s: no GET fails, few POSTs do, and it gets hardly any requests',
    async ([, behaviour, posts, usualMs]) => {
      const get = await run({ behave: oneBad(behaviour) })
      expect(countOf(get, 'ok')).toBe(get.calls.length)
      const late = get.calls.filter(({ startedAtMs }) => startedAtMs > 5000)
      const took = late.map((call) => call.endedAtMs - call.startedAtMs).toSorted((a, b) => a - b)
      expect(took[Math.floor(took.length * 0.99)]).toBeLessThanOrEqual(2 * usualMs)
      expect(toHits(get).get(BAD_POD) ?? 0).toBeLessThan(0.02 * get.arrivals.length)
      const post = await run({ behave: oneBad(behaviour), repeatable: false })
      expect(post.calls.length - countOf(post, 'ok')).toBeLessThanOrEqual(posts)
    },
  )

  test('takes 200 ms: it gets a tenth at most, and calls take no longer', async () => {
    const report = await run({ behave: oneBad({ kind: 'ok', latencyMs: 200 }) })
    expect(toHits(report).get(BAD_POD) ?? 0).toBeLessThanOrEqual(0.1 * report.arrivals.length)
    expect(report.p99Ms).toBeLessThanOrEqual(16)
  })
})

describe('all is well', () => {
  test('every call is one request, and every pod has its share', async () => {
    const report = await run({})
    const hits = [...toHits(report).values()]
    expect(toAmplification(report)).toBe(1)
    expect(Math.max(...hits) / Math.min(...hits)).toBeLessThanOrEqual(1.6)
    expect(countOf(report, 'ok')).toBe(report.calls.length)
  })

  test('the same seed gives the same run, another seed another', async () => {
    const fixed = { behave: () => ({ kind: 'ok', latencyMs: 5 }) as const, seconds: 2 }
    const [one, same, other] = await Promise.all([
      run(fixed),
      run(fixed),
      run({ ...fixed, seed: 2 }),
    ])
    expect(one).toEqual(same)
    expect(one.calls).not.toEqual(other.calls)
  })
})
