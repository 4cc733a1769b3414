import { describe, expect, test } from 'vitest'
import type { Attempt, ClientCall, Outcome } from '../../../src/client/call/policy.ts'
import { retryPolicy } from '../../../src/client/policies/retry.ts'
import { RetryBudget } from '../../../src/client/policies/retry-budget.ts'
import { DEFAULT_SETTINGS, type ResilienceSettings } from '../../../src/client/policies/settings.ts'
import { VirtualTime } from '../../../src/simulation/virtual-time.ts'
import { BUSY, OK, REFUSED, attempt, failure, recordEvents } from './calls.ts'

interface Case {
  readonly call?: Partial<ClientCall>
  readonly settings?: Partial<ResilienceSettings>
  readonly outcomes: readonly Outcome[]
  readonly random?: number
  readonly mayRetry?: boolean
}

interface Run {
  readonly outcome: Outcome
  readonly attempts: readonly Attempt[]
  /** When each attempt was sent, milliseconds. */
  readonly sentAtMs: readonly number[]
  readonly told: readonly string[]
  readonly endedAtMs: number
}

/** Runs a call whose attempts end as they are told to, each after 10 ms. */
async function run({ call, settings, outcomes, random = 1, mayRetry = true }: Case): Promise<Run> {
  const clock = new VirtualTime(1)
  const timing = { now: clock.now, after: clock.after, random: () => random }
  const { events, told } = recordEvents()
  const attempts: Attempt[] = []
  const sentAtMs: number[] = []
  const policy = retryPolicy({
    settingsOf: () => ({ ...DEFAULT_SETTINGS, ...settings }),
    timing,
    budget: new RetryBudget(DEFAULT_SETTINGS, timing),
    events,
    mayRetry: () => mayRetry,
  })
  const running = policy(attempt(call), async (sent) => {
    attempts.push(sent)
    sentAtMs.push(clock.now())
    await clock.sleep(10)
    return outcomes[attempts.length - 1] ?? OK
  })
  let endedAtMs = 0
  const ended = running.then((outcome) => {
    endedAtMs = clock.now()
    return outcome
  })
  await clock.advanceTo(20_000)
  return { outcome: await ended, attempts, sentAtMs, told, endedAtMs }
}

describe('what is repeated', () => {
  const post = { repeatable: false, method: 'POST' }
  test.for<readonly [string, Case, number]>([
    ['a success is not', { outcomes: [OK] }, 1],
    ['a refused connection is, whatever the method', { call: post, outcomes: [REFUSED, OK] }, 2],
    [
      'what the provider shed is, whatever the method',
      { call: post, outcomes: [failure({ status: 503, processed: 'no' }), OK] },
      2,
    ],
    ['503 of a GET is', { outcomes: [BUSY, OK] }, 2],
    ['503 of a POST is not', { call: post, outcomes: [BUSY, OK] }, 1],
    ['a broken connection of a GET is', { outcomes: [failure(), OK] }, 2],
    ['a broken connection of a POST is not', { call: post, outcomes: [failure(), OK] }, 1],
    ['a body that was cut is', { outcomes: [failure({ status: 200 }), OK] }, 2],
    [
      'an attempt that took too long is',
      { outcomes: [failure({ code: 'deadline_exceeded' }), OK] },
      2,
    ],
    [
      '429 that says when is',
      { outcomes: [failure({ code: 'overloaded', status: 429, retryAfterMs: 100 }), OK] },
      2,
    ],
    [
      '429 that does not say when is not',
      { outcomes: [failure({ code: 'overloaded', status: 429 }), OK] },
      1,
    ],
    [
      '500 is not',
      { outcomes: [failure({ code: 'undeclared', status: 500, processed: 'yes' }), OK] },
      1,
    ],
    [
      'a reply that breaks the contract is not',
      { outcomes: [failure({ code: 'bad_response', status: 200, processed: 'yes' }), OK] },
      1,
    ],
    [
      'an error that the contract declares is not',
      {
        outcomes: [
          {
            kind: 'declared',
            status: 503,
            headers: {},
            code: 'busy',
            data: undefined,
            traceId: undefined,
          },
          OK,
        ],
      },
      1,
    ],
    ['what the caller gave up is not', { outcomes: [failure({ code: 'cancelled' }), OK] }, 1],
    ['three attempts are the most', { outcomes: [BUSY, BUSY, BUSY, OK] }, 3],
    [
      'an option of the call says otherwise',
      { call: { options: { attempts: 1 } }, outcomes: [BUSY, OK] },
      1,
    ],
    ['behind a mesh 503 is not', { settings: { retry: 'not-processed' }, outcomes: [BUSY, OK] }, 1],
    [
      'behind a mesh a refused connection is',
      { settings: { retry: 'not-processed' }, outcomes: [REFUSED, OK] },
      2,
    ],
    [
      'a stream that was shed is not: its body is gone',
      {
        call: { ...post, bodyOnce: true },
        outcomes: [failure({ status: 503, processed: 'no' }), OK],
      },
      1,
    ],
    [
      'a stream whose connection was refused is',
      { call: { ...post, bodyOnce: true }, outcomes: [REFUSED, OK] },
      2,
    ],
    ['pushback −1 forbids it', { outcomes: [failure({ status: 503, pushbackMs: -1 }), OK] }, 1],
    [
      'pushback −1 forbids it for what was not begun',
      { outcomes: [failure({ status: 503, processed: 'no', pushbackMs: -1 }), OK] },
      1,
    ],
    ['a process that shuts down does not', { mayRetry: false, outcomes: [BUSY, OK] }, 1],
  ])('%s', async ([, given, count]) => {
    const { attempts, outcome } = await run(given)
    expect(attempts.map(({ number }) => number)).toEqual(
      Array.from({ length: count }, (_, at) => at + 1),
    )
    expect(outcome).toBe(given.outcomes[count - 1])
  })
})

describe('when it is repeated', () => {
  test('what was not begun goes out again at once, once; then the waits grow', async () => {
    const { sentAtMs } = await run({
      settings: { attempts: 4 },
      outcomes: [REFUSED, REFUSED, REFUSED],
    })
    expect(sentAtMs).toEqual([0, 10, 120, 330])
  })

  test('waits are anything up to a bound that doubles', async () => {
    const waits = { settings: { attempts: 4 }, outcomes: [BUSY, BUSY, BUSY] }
    expect((await run({ ...waits, random: 0 })).sentAtMs).toEqual([0, 10, 20, 30])
    expect((await run({ ...waits, random: 1 })).sentAtMs).toEqual([0, 60, 170, 380])
  })

  test('no wait is longer than the cap', async () => {
    const { sentAtMs } = await run({
      settings: { attempts: 3, backoffBaseMs: 900 },
      outcomes: [BUSY, BUSY],
    })
    expect(sentAtMs).toEqual([0, 910, 1920])
  })

  test.for([
    ['Retry-After', { retryAfterMs: 1000 }],
    ['pushback', { pushbackMs: 1000 }],
    ['the later of both', { retryAfterMs: 1000, pushbackMs: 500 }],
  ] as const)('%s is never cut short, and stretched by a tenth at most', async ([, asked]) => {
    const outcomes = [failure({ status: 503, ...asked })]
    expect((await run({ outcomes, random: 0 })).sentAtMs).toEqual([0, 1010])
    expect((await run({ outcomes, random: 1 })).sentAtMs).toEqual([0, 1110])
  })

  test('a wait beyond the deadline is not begun: the call fails at once, and says when', async () => {
    const { outcome, attempts, endedAtMs, told } = await run({
      outcomes: [failure({ status: 503, retryAfterMs: 60_000 })],
    })
    expect(attempts).toHaveLength(1)
    expect(endedAtMs).toBe(10)
    expect(outcome).toMatchObject({ retryAfterMs: 60_000 })
    expect(told).toEqual([])
  })

  test('a caller who gives up ends the wait', async () => {
    const caller = new AbortController()
    const clock = new VirtualTime(1)
    const policy = retryPolicy({
      settingsOf: () => DEFAULT_SETTINGS,
      timing: { now: clock.now, after: clock.after, random: () => 1 },
      budget: new RetryBudget(DEFAULT_SETTINGS, clock),
      events: recordEvents().events,
      mayRetry: () => true,
    })
    const reason = new Error('gone')
    const running = policy(attempt({ signal: caller.signal }), () => {
      clock.after(5, () => caller.abort(reason))
      return Promise.resolve(BUSY)
    })
    await clock.advanceTo(10)
    expect(await running).toMatchObject({
      kind: 'failure',
      code: 'cancelled',
      sent: false,
      cause: reason,
    })
  })
})

describe('how long an attempt may take', () => {
  test('one after which another may come, half of the time; the last one, what is left', async () => {
    const { attempts } = await run({ settings: { attempts: 2 }, random: 0, outcomes: [BUSY] })
    expect(attempts.map(({ endsAtMs }) => endsAtMs)).toEqual([2500, 5000])
  })

  test('one that is not repeated, all of it', async () => {
    const { attempts } = await run({ call: { repeatable: false }, outcomes: [OK] })
    expect(attempts.map(({ endsAtMs }) => endsAtMs)).toEqual([5000])
  })

  test('none goes beyond its call', async () => {
    const { attempts } = await run({
      outcomes: [failure({ status: 503, retryAfterMs: 4000 })],
      random: 0,
    })
    expect(attempts.map(({ endsAtMs }) => endsAtMs)).toEqual([2500, 5000])
  })
})

test('retries are told by their reason, and denied by an empty budget', async () => {
  const told = async (outcome: Outcome): Promise<readonly string[]> =>
    (await run({ outcomes: [outcome] })).told
  expect(await told(REFUSED)).toEqual(['retry not_sent'])
  expect(await told(BUSY)).toEqual(['retry status'])
  expect(await told(failure())).toEqual(['retry broken'])
  expect(await told(failure({ code: 'deadline_exceeded' }))).toEqual(['retry attempt_timeout'])
  expect(await told(failure({ status: 503, processed: 'no' }))).toEqual(['retry shed'])
  const many = await run({
    call: { options: { attempts: 20 } },
    random: 0,
    outcomes: Array.from({ length: 20 }, () => BUSY),
  })
  expect(many.told.filter((event) => event === 'retry status')).toHaveLength(10)
  expect(many.told.at(-1)).toBe('budgetDenied')
  expect(many.attempts).toHaveLength(11)
})
