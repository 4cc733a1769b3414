import { OVERFLOW_LABEL } from '../convention/metric-names.ts'
import { seriesCap, warnOnce } from './registry.ts'

/** Longer values, by mistake or from outside, are cut: each is kept for ever. */
const MAX_VALUE_CHARS = 256

/** The labels of one metric of prom-client's: checked, and under the cap of series. */
export class CappedLabels {
  readonly #metric: string
  readonly #labels: readonly string[]
  readonly #seen = new Map<string, readonly string[]>()

  constructor(metric: string, labels: readonly string[]) {
    this.#metric = metric
    this.#labels = labels
  }

  /** Gives label values in the order of the labels; `undefined`, after a warning, when a label or a value is none. */
  toValues(given: unknown): readonly string[] | undefined {
    const record = (given ?? {}) as Readonly<Record<string, unknown>>
    const unknown = Object.keys(record).filter((label) => !this.#labels.includes(label))
    if (unknown.length > 0) return this.#refuse('labels it does not have', unknown)
    const values = this.#labels.map((label) => toLabelValue(record[label]))
    const wrong = this.#labels.filter((_, index) => values[index] === undefined)
    if (wrong.length > 0) return this.#refuse('values that are neither text nor numbers', wrong)
    return values as string[]
  }

  /** Gives label values by name; those of series beyond the cap are all `overflow`. */
  toLabels(given: unknown): Record<string, string> | undefined {
    const values = this.toValues(given)
    if (values === undefined) return undefined
    const kept = this.#keep(values) ? values : values.map(() => OVERFLOW_LABEL)
    return Object.fromEntries(this.#labels.map((label, index) => [label, kept[index] ?? '']))
  }

  #refuse(what: string, names: readonly string[]): undefined {
    warnOnce(
      `${this.#metric}/labels`,
      { metric: this.#metric, wrong: names, labels: this.#labels },
      `metric ${this.#metric} was given ${what}: ${names.join(', ')}`,
    )
  }

  #keep(values: readonly string[]): boolean {
    const key = JSON.stringify(values)
    if (this.#seen.has(key)) return true
    if (this.#seen.size >= seriesCap.maxSeries) {
      seriesCap.onOverflow(this.#metric, this.#labels, () => [...this.#seen.values()])
      return false
    }
    this.#seen.set(key, values)
    return true
  }
}

function toLabelValue(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value).slice(0, MAX_VALUE_CHARS)
    case 'undefined':
      return ''
    default:
      return value === null ? '' : undefined
  }
}
