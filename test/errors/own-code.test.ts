import { expect, test } from 'vitest'
import { isOwnCode } from '../../src/errors/own-code.ts'

test.for([
  ['/lib/servicex/dist/runtime/service.js', '/lib/servicex/dist/runtime', true],
  ['/lib/servicex/dist/contract.js', '/lib/servicex/dist/runtime', true],
  ['file:///lib/servicex/dist/contract.js', '/lib/servicex/dist/runtime', true],
  ['C:\\lib\\servicex\\dist\\contract.js', 'C:\\lib\\servicex\\dist\\runtime', true],
  // The examples and the tests are below the package's folder, and are apps.
  ['/lib/servicex/examples/billing/src/app.ts', '/lib/servicex/dist/runtime', false],
  ['/lib/servicex/distant/app.js', '/lib/servicex/dist/runtime', false],
  ['/lib/servicex/src/init.ts', '/lib/servicex/src/errors', true],
  // A bundle of the app's has servicex's code in its own folder.
  ['/app/dist/app.js', '/app/dist', false],
  ['/app/app.js', '', false],
  ['<anonymous>', '/lib/servicex/dist/runtime', false],
] as const)('whether %s is of the servicex in %s: %s', ([file, folder, isOwn]) => {
  expect(isOwnCode(file, folder)).toBe(isOwn)
})

test('this very servicex knows its own files', () => {
  const file = new URL('../../src/errors/own-code.ts', import.meta.url)
  expect([isOwnCode(file.href), isOwnCode(file.pathname)]).toEqual([true, true])
  expect(isOwnCode(import.meta.filename)).toBe(false)
})
