import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Readiness } from '../../src/lifecycle/readiness.ts'

let readiness: Readiness

beforeEach(() => {
  vi.useFakeTimers()
  readiness = new Readiness()
})

afterEach(() => {
  vi.useRealTimers()
})

test('a service without checks is ready', async () => {
  expect(await readiness.report()).toEqual({ ready: true, checks: {} })
})

describe('the failing check is named, with its reason', () => {
  test.for<readonly [string, () => unknown, string]>([
    ['throws', () => fail('no connection'), 'no connection'],
    ['rejects', () => Promise.reject(new Error('no route')), 'no route'],
    ['gives false', () => false, 'failed'],
    ['resolves with false', () => Promise.resolve(false), 'failed'],
    ['throws no error', () => Promise.reject('gone'), 'gone'],
  ])('one that %s', async ([, check, result]) => {
    readiness.add('cache', () => 'PONG')
    readiness.add('postgres', check)

    expect(await readiness.report()).toEqual({
      ready: false,
      reason: 'not ready: postgres',
      checks: { cache: 'ok', postgres: result },
    })
  })

  test('one that hangs is given 2 s, and holds up no other', async () => {
    readiness.add('queue', () => new Promise(() => undefined))
    readiness.add('postgres', () => fail('down'))
    const report = readiness.report()
    await vi.advanceTimersByTimeAsync(2000)

    expect(await report).toEqual({
      ready: false,
      reason: 'not ready: queue, postgres',
      checks: { queue: 'no answer within 2000 ms', postgres: 'down' },
    })
  })
})

describe('probes do not load the dependencies', () => {
  test('an answer holds for a second', async () => {
    const check = vi.fn(() => true)
    readiness.add('postgres', check)
    await Promise.all([readiness.report(), readiness.report()])
    await vi.advanceTimersByTimeAsync(900)
    await readiness.report()
    expect(check).toHaveBeenCalledTimes(1)

    await vi.advanceTimersByTimeAsync(200)
    await readiness.report()
    expect(check).toHaveBeenCalledTimes(2)
  })

  test('a check that hangs is not started again while it runs', async () => {
    const check = vi.fn(() => new Promise(() => undefined))
    readiness.add('postgres', check)
    void readiness.report()
    await vi.advanceTimersByTimeAsync(1500)
    void readiness.report()
    expect(check).toHaveBeenCalledTimes(1)
  })

  test('a check that is added later counts at once', async () => {
    await readiness.report()
    readiness.add('postgres', () => false)
    expect(await readiness.report()).toMatchObject({ ready: false })
  })
})

test('a drain is told at once, whatever was answered before', async () => {
  readiness.add('postgres', () => true)
  await readiness.report()
  readiness.withdraw('draining: SIGTERM')
  expect(await readiness.report()).toMatchObject({ ready: false, reason: 'draining: SIGTERM' })
})

function fail(message: string): never {
  throw new Error(message)
}
