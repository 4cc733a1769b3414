/** Gives a copy of a JSON value whose objects, at every depth, have their keys in one order; so has every `required`. */
export function sortKeys<Value>(value: Value): Value {
  return sorted(value, '') as Value
}

function sorted(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => sorted(item, ''))
    return key === 'required' ? items.map(String).toSorted(byText) : items
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(
    ([name, member]) => [name, sorted(member, name)] as const,
  )
  return Object.fromEntries(entries.toSorted(([a], [b]) => byText(a, b)))
}

function byText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
