import { describe, expect, test } from 'vitest'
import { KnownTexts } from '../../src/convention/known-texts.ts'

function known(limits = { count: 3, chars: 10 }): { texts: KnownTexts<string>; made: string[] } {
  const made: string[] = []
  const texts = new KnownTexts(limits, (text) => {
    made.push(text)
    return `<${text}>`
  })
  return { texts, made }
}

describe('known texts', () => {
  test('a text is made something of once', () => {
    const { texts, made } = known()
    expect([texts.of('a'), texts.of('b'), texts.of('a'), texts.of('b')]).toEqual([
      '<a>',
      '<b>',
      '<a>',
      '<b>',
    ])
    expect(made).toEqual(['a', 'b'])
  })

  test('texts that look alike are not taken for each other', () => {
    const { texts } = known({ count: 1000, chars: 100 })
    const alike = Array.from({ length: 500 }, (_, index) => `${index % 10}aaaa${index}aaaa`)
    for (const text of [...alike, ...alike]) expect(texts.of(text)).toBe(`<${text}>`)
  })

  test('beyond the limits a text is made each time, and nothing is kept', () => {
    const { texts, made } = known()
    for (const text of ['a', 'b', 'c', 'd', 'd', 'long'.repeat(9), 'long'.repeat(9)])
      expect(texts.of(text)).toBe(`<${text}>`)
    expect(made).toHaveLength(7)
    expect(texts.of('a')).toBe('<a>')
    expect(made).toHaveLength(7)
  })

  test('an empty text is a text', () => {
    expect(known().texts.of('')).toBe('<>')
  })
})
