import { expect, test } from 'vitest'
import { toErrorType } from '../../src/context/error-type.ts'

class PaymentError extends Error {}
class NamedError extends Error {
  override readonly name = 'CardError'
}

test.for([
  ['TypeError', new TypeError('no')],
  ['Error', new Error('no')],
  ['PaymentError', new PaymentError('no')],
  ['CardError', new NamedError('no')],
  ['ECONNREFUSED', Object.assign(new Error('no'), { code: 'ECONNREFUSED' })],
  ['Error', Object.assign(new Error('no'), { code: 'user 4711 has no card' })],
  ['Error', Object.assign(new Error('no'), { code: 42 })],
  ['Error', Object.assign(new Error('no'), { name: 'Error: of user 4711' })],
  ['Error', Object.assign(new Error('no'), { name: undefined })],
  ['Error', Object.assign(new Error('no'), { constructor: undefined })],
  ['AbortError', new DOMException('no', 'AbortError')],
  ['string', 'no'],
  ['undefined', undefined],
  ['object', null],
] as const)('the type is %s of %o', ([type, failure]) => {
  expect(toErrorType(failure)).toBe(type)
})
