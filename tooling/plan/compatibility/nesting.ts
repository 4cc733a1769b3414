/** No contract is nested deeper; what walks a snapshot may call itself that often. */
const MAX_DEPTH = 200

/** Says whether `value` is nested so deeply that nobody should walk it. */
export function isTooDeep(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true
    level = level.flatMap(toMembers)
  }
  return false
}

function toMembers(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : []
}
