import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { FailureFacts } from '../../src/context/facts.ts'
import { ErrorLedger } from '../../src/errors/error-ledger.ts'
import { requestFacts } from '../tracing/facts.ts'

let ledger: ErrorLedger

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  ledger = new ErrorLedger(() => undefined)
})
afterEach(() => vi.useRealTimers())

function failure(more: Partial<FailureFacts> = {}): FailureFacts {
  const error = new Error('x')
  return {
    error,
    severity: 'error',
    trace: undefined,
    fields: undefined,
    input: undefined,
    ...more,
  }
}

test('an event that something keeps back for ever does not take a place for ever', () => {
  for (let index = 0; index < 100; index += 1) ledger.open(failure())
  expect(ledger.open(failure())).toBeUndefined()
  expect(ledger.health).toMatchObject({ queued: 100, dropped: 1 })
  vi.advanceTimersByTime(59_000)
  expect(ledger.open(failure())).toBeUndefined()
  vi.advanceTimersByTime(2000)
  expect(ledger.open(failure())).toBeDefined()
  expect(ledger.health).toMatchObject({ queued: 1, dropped: 102 })
})

test('an error is dealt with unless it is a crash, or what the request failed with', () => {
  const error = new Error('x')
  const handled = (facts: Partial<FailureFacts>): boolean | undefined =>
    ledger.open(failure({ error, ...facts }))?.handled
  expect(handled({})).toBe(true)
  expect(handled({ severity: 'fatal' })).toBe(false)
  expect(handled({ input: requestFacts() })).toBe(true)
  expect(handled({ input: requestFacts({ failure: new Error('other') }) })).toBe(true)
  expect(handled({ input: requestFacts({ failure: error }) })).toBe(false)
})

test('an error that its request fails with later was dealt with when it was logged', () => {
  const error = new Error('x')
  const input: { failure: unknown } = { ...requestFacts() }
  const pending = ledger.open(failure({ error, input: input as never }))
  input.failure = error
  expect(pending?.handled).toBe(true)
  expect(ledger.find(pending?.eventId)).toBe(pending)
})
