import { expect, test } from 'vitest'
import type { Outcome } from '../../../src/client/call/policy.ts'
import { hedgePolicy } from '../../../src/client/policies/hedge.ts'
import { RetryBudget } from '../../../src/client/policies/retry-budget.ts'
import { DEFAULT_SETTINGS } from '../../../src/client/policies/settings.ts'
import { VirtualTime } from '../../../src/simulation/virtual-time.ts'
import { BUSY, OK, attempt, recordEvents } from './calls.ts'

test('a slow attempt is hedged once; the first answer counts, and the other is given up', async () => {
  const { policy, time, sent, told } = toHedge(100)
  const call = policy(attempt(), sent([900, 50]))
  await time.advanceTo(2000)
  expect(await call).toBe(OK)
  expect(sent.sends).toEqual([
    { atMs: 0, gaveUpAtMs: 150 },
    { atMs: 100, gaveUpAtMs: undefined },
  ])
  expect(told).toEqual(['hedge'])
})

test('a fast attempt is not hedged, and leaves no timer behind', async () => {
  const { policy, time, sent } = toHedge(100)
  const call = policy(attempt(), sent([99]))
  await time.advanceTo(2000)
  expect(await call).toBe(OK)
  expect(sent.sends).toHaveLength(1)
})

test('what may not be done twice is never hedged', async () => {
  const { policy, time, sent } = toHedge(100)
  const call = policy(attempt({ repeatable: false }), sent([900]))
  await time.advanceTo(2000)
  await call
  expect(sent.sends).toHaveLength(1)
})

test('a failure of one waits for the other', async () => {
  const { policy, time, sent } = toHedge(100)
  const call = policy(attempt(), sent([900, 50], [OK, BUSY]))
  await time.advanceTo(2000)
  expect(await call).toBe(OK)
})

test('the caller giving up ends both', async () => {
  const { policy, time, sent } = toHedge(100)
  const caller = new AbortController()
  const call = policy(attempt({ signal: caller.signal }), sent([900, 900]))
  await time.advanceTo(200)
  caller.abort()
  await time.advanceTo(300)
  await call
  expect(sent.sends.map(({ gaveUpAtMs }) => gaveUpAtMs)).toEqual([200, 200])
})

test('of many slow calls, a twentieth is hedged', async () => {
  const { policy, time, sent, told, budget } = toHedge(100)
  for (let at = 0; at < 400; at += 1) {
    budget.noteCall()
    void policy(attempt(), sent([300, 300]))
    await time.advanceTo(time.now() + 20)
  }
  expect(told.length).toBeGreaterThan(10)
  expect(told.length).toBeLessThanOrEqual(20)
})

test('"p95" learns what is slow for each operation, and hedges nothing before it knows', async () => {
  const { policy, time, sent, told } = toHedge('p95')
  for (let at = 0; at < 40; at += 1) {
    void policy(attempt(), sent([10 + (at % 20)]))
    await time.advanceTo(time.now() + 100)
  }
  expect(told).toEqual([])
  void policy(attempt(), sent([500, 500]))
  void policy(attempt({ operation: 'other' }), sent([500]))
  await time.advanceTo(time.now() + 2000)
  expect(told).toEqual(['hedge'])
})

interface Sent {
  readonly atMs: number
  gaveUpAtMs: number | undefined
}

function toHedge(afterMs: number | 'p95') {
  const time = new VirtualTime(2)
  const { events, told } = recordEvents()
  const budget = new RetryBudget(DEFAULT_SETTINGS, time)
  const policy = hedgePolicy({
    settingsOf: () => ({ ...DEFAULT_SETTINGS, hedgeAfterMs: afterMs }),
    timing: time,
    budget,
    events,
  })
  const sends: Sent[] = []
  /** Attempts that take so long each, and end so, unless they are given up before. */
  const sent = Object.assign(
    (tookMs: readonly number[], outcomes: readonly Outcome[] = []) => {
      let count = 0
      return ({ call }: ReturnType<typeof attempt>): Promise<Outcome> => {
        const at = count
        count += 1
        const entry: Sent = { atMs: time.now(), gaveUpAtMs: undefined }
        sends.push(entry)
        return new Promise((resolve) => {
          time.after(tookMs[at] ?? 0, () => resolve(outcomes[at] ?? OK))
          call.signal?.addEventListener('abort', () => {
            entry.gaveUpAtMs = time.now()
            resolve(BUSY)
          })
        })
      }
    },
    { sends },
  )
  return { policy, time, sent, told, budget }
}
