type Version = readonly [number, number, number]

/**
 * Says whether a version is within a range as `engines` fields have them (`^22.22 || >=24 <26`, `20.x`);
 * `undefined` when the range has a form that is not known here.
 */
export function isWithinRange(version: string, range: string): boolean | undefined {
  const [own] = toVersion(version) ?? []
  if (own === undefined) return undefined
  const alternatives = range.split('||').map((part) => isWithinAll(own, part.trim()))
  if (alternatives.includes(true)) return true
  return alternatives.includes(undefined) ? undefined : false
}

function isWithinAll(version: Version, comparators: string): boolean | undefined {
  const results = comparators
    .replaceAll(/([<>=^~])\s+/g, '$1')
    .split(/\s+/)
    .map((comparator) => isWithinOne(version, comparator))
  if (results.includes(undefined)) return undefined
  return results.every(Boolean)
}

function isWithinOne(version: Version, comparator: string): boolean | undefined {
  const [, sign = '', text = ''] = /^(>=|<=|>|<|=|\^|~)?v?(.*)$/.exec(comparator) ?? []
  if (text === '' || /^[x*]$/i.test(text)) return sign === '' || sign === '>=' ? true : undefined
  const [bound, given] = toVersion(text) ?? []
  if (bound === undefined || given === undefined) return undefined
  const order = compare(version, bound)
  switch (sign) {
    case '>=':
      return order >= 0
    case '>':
      return order > 0 && !isSame(version, bound, given)
    case '<':
      return order < 0
    case '<=':
      return order <= 0 || isSame(version, bound, given)
    case '^':
      return order >= 0 && isSame(version, bound, bound[0] === 0 ? Math.min(2, given) : 1)
    case '~':
      return order >= 0 && isSame(version, bound, Math.min(2, given))
    default:
      return isSame(version, bound, given)
  }
}

/** Gives a version's three numbers, and how many of them were written; `undefined` for a text that is none. */
function toVersion(text: string): [Version, number] | undefined {
  const match = /^(\d+)(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:[-+].*)?$/.exec(text)
  if (match === null) return undefined
  const written = match.slice(1, 4).filter((part) => part !== undefined && /^\d/.test(part))
  const [major = 0, minor = 0, patch = 0] = written.map(Number)
  return [[major, minor, patch], written.length]
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}

/** Says whether two versions agree in their first `count` numbers. */
function isSame(a: Version, b: Version, count: number): boolean {
  return a.slice(0, count).every((part, index) => part === b[index])
}
