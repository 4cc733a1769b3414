import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildPath } from '../../../src/client/call/build-path.ts'

const PLAN = {
  method: 'GET',
  path: '/orders/{id}/items/{item}',
  query: ['q', 'tag'],
  ok: { status: 200, kind: 'json' },
} as const
const build = (id: unknown, item: unknown = 'x', more = {}): string =>
  buildPath('shop.getItem', PLAN, { id, item, ...more })

describe('a path', () => {
  test.for(['..', '.', ''])('refuses the parameter "%s", which servers resolve away', (id) => {
    expect(() => build(id)).toThrow('SERVICEX_CALL_INVALID')
    expect(() => build('1', id)).toThrow('SERVICEX_CALL_INVALID')
  })

  test.for([undefined, null, {}, [], Number.NaN, Infinity, () => 1, Symbol('x'), '\ud800'])(
    'refuses a parameter that has no text, case %#',
    (id) => {
      expect(() => build(id)).toThrow('SERVICEX_CALL_INVALID')
    },
  )

  test('refuses segments that are dots only together', () => {
    const plan = { ...PLAN, path: '/files/{a}{b}' }
    expect(() => buildPath('shop.x', plan, { a: '.', b: '.x' })).toThrow('SERVICEX_CALL_INVALID')
    expect(buildPath('shop.x', plan, { a: 'a.', b: '.x' })).toBe('/files/a..x')
    expect(() => buildPath('shop.x', { ...PLAN, path: '/f/.{a}' }, { a: '' })).toThrow()
    expect(() => buildPath('shop.x', { ...PLAN, path: '/f/{a}.' }, { a: '.' })).toThrow()
  })

  test.for([
    ['%2e%2e', '%252e%252e'],
    ['a/b', 'a%2Fb'],
    ['//evil', '%2F%2Fevil'],
    [String.raw`\\evil`, '%5C%5Cevil'],
    ['/\t/evil', '%2F%09%2Fevil'],
    ['http://evil', 'http%3A%2F%2Fevil'],
    ['a?b#c', 'a%3Fb%23c'],
    ['\r\nx: y', '%0D%0Ax%3A%20y'],
    ['@evil.example', '%40evil.example'],
    ['ä', '%C3%A4'],
    [42, '42'],
    [true, 'true'],
    [10n, '10'],
  ] as const)('encodes %s', ([id, encoded]) => {
    expect(build(id)).toBe(`/orders/${encoded}/items/x`)
  })

  test('has as many segments as its template, whatever the parameters are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) => {
        let path: string
        try {
          path = build(id)
        } catch (error) {
          return (error as Error).message.startsWith('SERVICEX_CALL_INVALID')
        }
        const url = new URL(path, 'http://origin.test')
        return (
          url.host === 'origin.test' && url.pathname.split('/').length === 5 && url.search === ''
        )
      }),
      { numRuns: 2_000 },
    )
  })

  test('repeats lists in the query, leaves out what is absent, and encodes the rest', () => {
    expect(build('1', 'x', { q: 'a&b=c', tag: ['x', 'y z'] })).toBe(
      '/orders/1/items/x?q=a%26b%3Dc&tag=x&tag=y%20z',
    )
    expect(build('1', 'x', { q: undefined, tag: [] })).toBe('/orders/1/items/x')
    expect(() => build('1', 'x', { q: {} })).toThrow('query parameter q is of type object')
  })
})
