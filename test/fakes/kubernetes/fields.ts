/** A tree of `f:name`, as Kubernetes writes which fields somebody has set. Lists count as one field here. */
export interface Fields {
  [field: string]: Fields
}

/** What every object has, and nobody owns. */
const UNOWNED = new Set([
  'apiVersion',
  'kind',
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'managedFields',
])

/** Gives the fields that an object sets. */
export function toFields(value: unknown, depth = 0): Fields {
  if (!isTree(value)) return {}
  const entries = Object.entries(value)
    .filter(([name]) => depth > 1 || !UNOWNED.has(name))
    .map(([name, item]) => [`f:${name}`, toFields(item, depth + 1)] as const)
  return Object.fromEntries(entries)
}

/** Gives a copy of `value` without the fields of `owned` that none of `others` has. */
export function withoutFields(value: unknown, owned: Fields, others: readonly Fields[]): unknown {
  if (!isTree(value)) return value
  const kept = Object.entries(value).flatMap(([name, item]) => {
    const field = `f:${name}`
    const own = owned[field]
    if (own === undefined) return [[name, item]]
    const rest = others.flatMap((other) => (other[field] === undefined ? [] : [other[field]]))
    if (rest.length === 0) return []
    return [[name, Object.keys(own).length === 0 ? item : withoutFields(item, own, rest)]]
  })
  return Object.fromEntries(kept) as unknown
}

/** Names the first field that both trees have and whose value would change; lists are fields of their own. */
export function findConflict(
  [own, others]: readonly [own: Fields, others: Fields],
  [now, then]: readonly [now: unknown, then: unknown],
): string | undefined {
  for (const [field, below] of Object.entries(own)) {
    const other = others[field]
    const name = field.slice('f:'.length)
    if (other === undefined) continue
    const values = [valueOf(now, name), valueOf(then, name)] as const
    const isLeaf = Object.keys(below).length === 0
    if (isLeaf && JSON.stringify(values[0]) !== JSON.stringify(values[1])) return `.${name}`
    const found = findConflict([below, other], values)
    if (found !== undefined) return `.${name}${found}`
  }
  return undefined
}

function valueOf(value: unknown, name: string): unknown {
  return isTree(value) ? value[name] : undefined
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
