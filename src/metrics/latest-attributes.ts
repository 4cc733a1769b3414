import type { Attributes } from '@opentelemetry/api'

/** As many are compared one by one: a pool has three states, a server few operations. */
const KEPT = 8

interface Noted<Found> {
  readonly names: readonly string[]
  readonly values: readonly unknown[]
  readonly found: Found
}

/**
 * Finds what belongs to attributes that came before, in the same order. An instrumentation measures the same few
 * again and again, and to compare them costs less than to spell a key and hash it.
 */
export class LatestAttributes<Found> {
  readonly #noted: Noted<Found>[] = []
  #oldest = 0

  /** Gives what was noted with the same names and values; `undefined` for a list among the values, which may have changed. */
  find(attributes: Attributes): Found | undefined {
    for (const noted of this.#noted) if (isSame(noted, attributes)) return noted.found
    return undefined
  }

  /** Keeps what belongs to these, in place of the oldest. */
  note(attributes: Attributes, found: Found): void {
    const values = Object.values(attributes)
    if (values.some((value) => typeof value === 'object')) return
    this.#noted[this.#oldest] = { names: Object.keys(attributes), values, found }
    this.#oldest = (this.#oldest + 1) % KEPT
  }

  clear(): void {
    this.#noted.length = 0
    this.#oldest = 0
  }
}

function isSame<Found>({ names, values }: Noted<Found>, attributes: Attributes): boolean {
  let index = 0
  for (const name in attributes) {
    if (names[index] !== name || values[index] !== attributes[name]) return false
    index += 1
  }
  return index === names.length
}
