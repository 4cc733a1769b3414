/** How the name can be spelled in JSON: as it is, or with an escape. */
const SPELLINGS: readonly string[] = ['__proto__', '\\u']

/**
 * Says whether parsed JSON has a member `__proto__`, anywhere. As JSON.parse makes it, it is a
 * member like any other; whoever copies it with `=` replaces a prototype.
 */
export function hasPrototypeName(bytes: Buffer, value: unknown): boolean {
  return SPELLINGS.some((spelling) => bytes.includes(spelling)) && hasName(value)
}

function hasName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasName)
}
