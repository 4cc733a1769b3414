import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../../src/client/call/policy.ts'
import { Bulkhead } from '../../../src/client/policies/bulkhead.ts'
import { Drain } from '../../../src/client/policies/drain.ts'
import { Throttle } from '../../../src/client/policies/throttle.ts'
import { VirtualTime } from '../../../src/simulation/virtual-time.ts'
import { BUSY, OK, attempt, failure, recordEvents } from './calls.ts'

describe('calls under way', () => {
  test('the 257th is refused at once, without being sent; one that ends makes room', async () => {
    const { events, told } = recordEvents()
    const bulkhead = new Bulkhead(256, events)
    const ends: (() => void)[] = []
    let sent = 0
    const hang = (): Promise<Outcome> => {
      sent += 1
      return new Promise((resolve) => ends.push(() => resolve(OK)))
    }
    const first = Array.from({ length: 256 }, () => bulkhead.policy(attempt(), hang))
    expect(await bulkhead.policy(attempt(), hang)).toMatchObject({
      code: 'overloaded',
      sent: false,
      processed: 'no',
    })
    expect([sent, bulkhead.inFlight, told]).toEqual([256, 256, ['refused bulkhead']])
    ends[0]?.()
    await first[0]
    const next = bulkhead.policy(attempt(), () => Promise.resolve(OK))
    expect(await next).toBe(OK)
    for (const end of ends) end()
    await Promise.all(first)
    expect(bulkhead.inFlight).toBe(0)
  })
})

describe('a target that answers only a part of its calls', () => {
  test('one that fails a third of them is sent them all', async () => {
    const { refused } = await load({
      calls: 2000,
      gapMs: 5,
      outcome: (at) => (at % 3 === 0 ? BUSY : OK),
    })
    expect(refused).toBe(0)
  })

  test('one that is down is sent a tenth of them, and never none: two a second at least', async () => {
    const { sentAtMs, refused } = await load({ calls: 6000, gapMs: 5, outcome: () => BUSY })
    const late = sentAtMs.filter((at) => at > 10_000)
    expect(refused).toBeGreaterThan(4000)
    expect(late.length).toBeGreaterThan(0.08 * 4000)
    expect(late.length).toBeLessThan(0.16 * 4000)
    const gaps = late.slice(1).map((at, index) => at - (late[index] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(505)
  })

  test('one that was down and is hardly called is asked every half second all the same', async () => {
    const { clock, throttle } = await load({ calls: 6000, gapMs: 5, outcome: () => BUSY })
    let sent = 0
    const from = clock.now()
    for (let at = 1; at <= 8; at += 1) {
      await clock.advanceTo(from + at * 500)
      await throttle.policy(attempt(), () => {
        sent += 1
        return Promise.resolve(BUSY)
      })
    }
    expect(throttle.refusedShare).toBeGreaterThan(0.8)
    expect(sent).toBe(8)
  })

  test('five successes in a row end it', async () => {
    const { clock, throttle } = await load({ calls: 6000, gapMs: 5, outcome: () => BUSY })
    expect(throttle.refusedShare).toBe(0.9)
    let sent = 0
    while (throttle.refusedShare > 0) {
      await clock.advanceTo(clock.now() + 100)
      await throttle.policy(attempt(), () => {
        sent += 1
        return Promise.resolve(OK)
      })
    }
    expect(sent).toBe(5)
  })

  test('a burst that is under way is no outage', async () => {
    const clock = new VirtualTime(1)
    const throttle = new Throttle(clock, recordEvents().events)
    const slow = async (): Promise<Outcome> => {
      await clock.sleep(900)
      return OK
    }
    const calls = Array.from({ length: 200 }, () => throttle.policy(attempt(), slow))
    await clock.advanceTo(1000)
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 200 }, () => OK))
  })

  test('calls that hang count as not taken after a second', async () => {
    const clock = new VirtualTime(1)
    const throttle = new Throttle(clock, recordEvents().events)
    for (let at = 0; at < 100; at += 1)
      void throttle.policy(attempt(), () => new Promise(() => undefined))
    await clock.advanceTo(999)
    expect(throttle.refusedShare).toBe(0)
    await clock.advanceTo(1001)
    expect(throttle.refusedShare).toBeGreaterThan(0.85)
  })

  test.for<readonly [string, Outcome]>([
    ['a bug of the provider', failure({ code: 'undeclared', status: 500, processed: 'yes' })],
    ['a caller who gave up', failure({ code: 'cancelled' })],
    [
      'a declared error',
      {
        kind: 'declared',
        status: 404,
        headers: {},
        code: 'not_found',
        data: undefined,
        traceId: undefined,
      },
    ],
  ])('%s says nothing against it', async ([, outcome]) => {
    const { refused } = await load({ calls: 500, gapMs: 5, outcome: () => outcome })
    expect(refused).toBe(0)
  })
})

describe('a process that shuts down', () => {
  test('calls go on, are not repeated in the last 2 s, and are refused at the end', async () => {
    const clock = new VirtualTime(1)
    const { events, told } = recordEvents()
    const drain = new Drain(clock)
    const policy = drain.toPolicy(events)
    const call = (): Promise<Outcome> => policy(attempt(), () => Promise.resolve(OK))
    expect(drain.mayRetry()).toBe(true)
    drain.begin(25_000)
    drain.begin(60_000)
    await clock.advanceTo(22_999)
    expect([drain.mayRetry(), await call()]).toEqual([true, OK])
    await clock.advanceTo(24_999)
    expect([drain.mayRetry(), await call()]).toEqual([false, OK])
    await clock.advanceTo(25_000)
    expect(await call()).toMatchObject({ code: 'cancelled', sent: false })
    expect(told).toEqual(['refused drain'])
  })
})

interface Load {
  readonly calls: number
  readonly gapMs: number
  readonly outcome: (index: number) => Outcome
}

async function load({ calls, gapMs, outcome }: Load) {
  const clock = new VirtualTime(7)
  const { events, told } = recordEvents()
  const throttle = new Throttle(clock, events)
  const sentAtMs: number[] = []
  for (let at = 0; at < calls; at += 1) {
    await clock.advanceTo(at * gapMs)
    await throttle.policy(attempt(), () => {
      sentAtMs.push(clock.now())
      return Promise.resolve(outcome(at))
    })
  }
  return { clock, throttle, sentAtMs, refused: told.length }
}
