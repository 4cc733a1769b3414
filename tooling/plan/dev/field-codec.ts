import { isRecord } from './plain-value.ts'
import type { Fields, Value } from './record.ts'

/** Strings that many records have; further ones are written out. */
const MAX_KNOWN = 8_000
const MAX_SEEN_ONCE = 4_000
const MAX_CHARS = 64

/**
 * Writes fields in short: a name or text that came before is its number. The attributes of spans are
 * mostly the same few, which then take a quarter of the memory.
 */
export class FieldCodec {
  readonly #numbers = new Map<string, number>()
  readonly #texts: string[] = []
  readonly #seenOnce = new Set<string>()

  /** Gives fields in short, as data that JSON carries. */
  encode(fields: Fields): unknown[] {
    return Object.entries(fields).flatMap(([name, value]) => [
      this.#encodeText(name, true),
      this.#encodeValue(value),
    ])
  }

  /** Gives the fields that `encode` was given. */
  decode(short: unknown): Fields {
    const list = Array.isArray(short) ? (short as unknown[]) : []
    const pairs: [string, Value][] = []
    for (let index = 0; index + 1 < list.length; index += 2)
      pairs.push([this.#decodeText(list[index]), this.#decodeValue(list[index + 1])])
    return Object.fromEntries(pairs)
  }

  /** Gives the numbers of the texts that hold `text`, which is in lower case. */
  numbersOf(text: string): ReadonlySet<number> {
    const found = [...this.#texts.entries()].filter(([, each]) => each.toLowerCase().includes(text))
    return new Set(found.map(([number]) => number))
  }

  #encodeValue(value: Value): unknown {
    if (typeof value === 'string') return this.#encodeText(value, false)
    if (typeof value === 'number') return [value]
    return isRecord(value) || Array.isArray(value) ? { value } : value
  }

  #decodeValue(short: unknown): Value {
    if (typeof short === 'number' || typeof short === 'string') return this.#decodeText(short)
    if (Array.isArray(short)) return short[0] as Value
    return isRecord(short) ? (short['value'] as Value) : (short as Value)
  }

  #encodeText(text: string, isName: boolean): string | number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    if (text.length > MAX_CHARS || this.#texts.length >= MAX_KNOWN) return text
    if (!isName && !this.#isSeenAgain(text)) return text
    this.#numbers.set(text, this.#texts.length)
    this.#texts.push(text)
    return this.#texts.length - 1
  }

  /** A text that comes once, an id or a path, is not worth a number. */
  #isSeenAgain(text: string): boolean {
    if (this.#seenOnce.delete(text)) return true
    if (this.#seenOnce.size >= MAX_SEEN_ONCE) this.#seenOnce.clear()
    this.#seenOnce.add(text)
    return false
  }

  #decodeText(short: unknown): string {
    return typeof short === 'number' ? (this.#texts[short] ?? '') : String(short)
  }
}
