import { describe, expect, test } from 'vitest'
import { job } from '../../src/context/job.ts'
import { fieldsOf } from '../../src/context/operation/input-operation.ts'
import { currentScope } from '../../src/context/scope.ts'
import { toEpochTime } from '../../src/context/time-input.ts'
import { withContext } from '../../src/context/with-context.ts'
import { withSpan } from '../../src/context/with-span.ts'
import { record } from './recorded.ts'

const CASES = [
  [
    'a getter that throws',
    () => Object.defineProperty({ a: 1 }, 'b', { get: fail, enumerable: true }),
  ],
  ['a proxy that throws', () => new Proxy({}, { get: fail, ownKeys: fail })],
  ['a revoked proxy', revoked],
  ['a symbol', () => Symbol('s')],
  ['a bigint', () => 10n],
  ['an object without a text', () => ({ toString: fail, valueOf: fail })],
  ['null', () => null],
] as const

describe('what an app passes on never comes back as an error', () => {
  test.for(CASES)('%s', ([, make]) => {
    const { jobs, spans } = record()
    const value = make() as never
    job('work', () => {
      withContext(value)
      withContext(value, () => undefined)
      withContext({ field: value })
      withSpan('step', (span) => {
        span.setAttribute('a', value).setAttributes(value).addEvent('b', value)
        span.addEvent('c', { d: value })
      })
    })
    job('message', () => undefined, { from: { traceparent: value, baggage: value } })
    expect(jobs.map(({ outcome }) => outcome)).toEqual(['ok', 'ok'])
    expect(spans).toHaveLength(1)
  })
})

test('fields that can be read are kept beside one that cannot', () => {
  record()
  job('work', () => {
    withContext(CASES[0][1]())
    expect(fieldsOf(currentScope())).toEqual({ a: 1, b: '[unreadable]' })
  })
})

test.for(CASES)('%s is no time: it is taken for now', ([, make]) => {
  const before = Date.now()
  const time = toEpochTime(make() as never)
  expect(time).toBeGreaterThan(before - 50)
  expect(time).toBeLessThan(before + 1000)
})

function fail(): never {
  throw new Error('no')
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
