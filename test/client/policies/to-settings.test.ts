import { expect, test } from 'vitest'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { DEFAULT_SETTINGS, type ResilienceOptions } from '../../../src/client/policies/settings.ts'
import { toSettings } from '../../../src/client/policies/to-settings.ts'

test('an operation has the settings of its own, then those of the client, then the defaults', () => {
  const settingsOf = toSettings('billing', {
    attempts: 2,
    operations: { createInvoice: { attempts: 1, hedgeAfterMs: 50 } },
  })
  expect(settingsOf('createInvoice')).toEqual({
    ...DEFAULT_SETTINGS,
    attempts: 1,
    hedgeAfterMs: 50,
  })
  expect(settingsOf('getInvoice')).toEqual({ ...DEFAULT_SETTINGS, attempts: 2 })
  expect(settingsOf('constructor')).toEqual({ ...DEFAULT_SETTINGS, attempts: 2 })
})

test('everything that is wrong is told at once, with what was expected', () => {
  const options = {
    attempts: 0,
    budgetRatio: Number.NaN,
    throttle: 'no',
    tries: 3,
    hasOwnProperty: 1,
    operations: {
      createInvoice: { backoffBaseMs: 1.5, hedgeAfterMs: 'p99', budgetRatio: 0.1 },
      getInvoice: 1,
    },
  } as unknown as ResilienceOptions
  const failure = catchFailure(() => toSettings('billing', options))
  expect(ServicexError.is(failure) && failure.code).toBe('SERVICEX_CLIENT_SETTINGS')
  const { message } = failure as Error
  for (const told of [
    'attempts: expected a whole number from 1 to 10',
    'budgetRatio: expected a number from 0 to 1',
    'throttle: expected true or false',
    'tries: is no setting',
    'hasOwnProperty: is no setting',
    'operations.createInvoice.backoffBaseMs: expected milliseconds from 1',
    'operations.createInvoice.hedgeAfterMs: expected milliseconds from 1, or "p95"',
    'operations.createInvoice.budgetRatio: is a setting of the whole client',
    'operations.getInvoice: expected settings',
  ]) {
    expect(message).toContain(told)
  }
})

test.for([1, null, 'attempts=2', [{ attempts: 2 }]])('%j are no operations', (operations) => {
  const failure = catchFailure(() =>
    toSettings('billing', { operations } as unknown as ResilienceOptions),
  )
  expect(String(failure)).toContain('operations: expected settings by operation')
})

function catchFailure(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
