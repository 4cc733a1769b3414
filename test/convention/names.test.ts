import { expect, test } from 'vitest'
import { isLocalEnvironment, toEnvironmentName } from '../../src/convention/environments.ts'
import { isName, toServiceName, toServiceProcessName } from '../../src/convention/names.ts'

test.for(['a', 'billing', 'billing-api', '7', 'a'.repeat(63)])('%s is a name', (name) => {
  expect(isName(name)).toBe(true)
})

test.for(['', '-a', 'a-', 'A', 'a_b', 'a.b', 'a b', 'ä', 'a\n', 'a'.repeat(64)])(
  '%j is no name',
  (name) => {
    expect(isName(name)).toBe(false)
  },
)

test.for([
  ['billing', 'billing'],
  ['@shop/billing', 'billing'],
  ['Billing_API.v2', 'billing-api-v2'],
  ['--x--', 'x'],
  [`${'a'.repeat(62)}-b`, 'a'.repeat(62)],
  ['a'.repeat(80), 'a'.repeat(63)],
  ['@shop/___', 'unnamed-service'],
  ['', 'unnamed-service'],
  [undefined, 'unnamed-service'],
] as const)('a package %j is the service %j', ([packageName, service]) => {
  expect(toServiceName(packageName)).toBe(service)
  expect(isName(toServiceName(packageName))).toBe(true)
})

test('the process that serves HTTP bears the name of its app, every other one both', () => {
  expect(toServiceProcessName('billing', 'web')).toBe('billing')
  expect(toServiceProcessName('billing', 'worker')).toBe('billing-worker')
})

test.for([
  ['prod', 'production'],
  [' Production ', 'production'],
  ['dev', 'development'],
  ['qa', 'qa'],
  ['constructor', 'constructor'],
  ['__proto__', '__proto__'],
] as const)('environment %j is %j', ([name, full]) => {
  expect(toEnvironmentName(name)).toBe(full)
})

test('development and test are local, everything else is not', () => {
  const names = ['development', 'test', 'production', 'qa', 'sandbox']
  expect(names.filter((name) => isLocalEnvironment(name))).toEqual(['development', 'test'])
})
