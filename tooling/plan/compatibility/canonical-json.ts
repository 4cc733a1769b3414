/** Gives the JSON of `value` with the keys of every object in one order: equal values give equal text. */
export function toCanonicalJson(value: unknown): string {
  // The types of JSON.stringify do not say that it gives undefined for undefined.
  const text = JSON.stringify(value, sortKeys) as string | undefined
  return text ?? 'undefined'
}

function sortKeys(_: string, member: unknown): unknown {
  if (typeof member !== 'object' || member === null || Array.isArray(member)) return member
  return Object.fromEntries(Object.entries(member).toSorted(byKey))
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
