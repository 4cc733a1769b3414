import { array, assert, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acceptBaggage } from '../../src/context/propagation/baggage-header.ts'

function members(count: number, valueChars = 1): string {
  return Array.from({ length: count }, (_, index) => `k${index}=${'v'.repeat(valueChars)}`).join(
    ',',
  )
}

describe('baggage', () => {
  test('it is passed on as it came', () => {
    expect(acceptBaggage('a=1;meta=x, b=2%20c')).toBe('a=1;meta=x, b=2%20c')
    expect(acceptBaggage(['a=1', 'b=2'])).toBe('a=1,b=2')
    expect(acceptBaggage(members(64))).toBe(members(64))
  })

  test.for([undefined, '', 7, [], 'a=\r\nx-evil: 1', 'a=é', 'a=\u0000'])('%o is none', (header) => {
    expect(acceptBaggage(header)).toBeUndefined()
  })

  test('of more than 64 members the first 64 are kept', () => {
    expect(acceptBaggage(members(65))).toBe(members(64))
  })

  test('of more than 8192 bytes the members that fit are kept whole', () => {
    const long = members(20, 1000)
    const kept = acceptBaggage(long) ?? ''
    expect(kept.length).toBeGreaterThan(7000)
    expect(kept.length).toBeLessThanOrEqual(8192)
    expect(long.startsWith(`${kept},`)).toBe(true)
    expect(acceptBaggage(`a=${'v'.repeat(8192)}`)).toBeUndefined()
  })

  test('whatever comes, what is kept is a part of it within the bounds', () => {
    assert(
      property(array(string({ maxLength: 300 }), { maxLength: 120 }), (parts) => {
        const header = parts.join(',')
        const kept = acceptBaggage(header)
        if (kept === undefined) return
        expect(header.startsWith(kept)).toBe(true)
        expect(kept.length).toBeLessThanOrEqual(8192)
        expect(kept.split(',').length).toBeLessThanOrEqual(64)
        expect(header[kept.length] ?? ',').toBe(',')
      }),
    )
  })
})
