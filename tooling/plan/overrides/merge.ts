type Tree = Readonly<Record<string, unknown>>

/** Says to remove what stands in the place, or to take what is given instead of merging it. Source: Kubernetes, strategic merge patch. */
const DIRECTIVE = '$patch'

/** The field by which the elements of a list are the same, where it is not `name`. Source: Kubernetes' patchMergeKey. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  ports: ['name', 'containerPort', 'port'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey'],
}

/** Lists whose elements are taken whole: a variable or a volume has one source. */
const WHOLE: ReadonlySet<string> = new Set(['env', 'volumes'])

/** Fields of which an object has one: another one given takes its place. */
const UNIONS: readonly (readonly string[])[] = [
  ['httpGet', 'tcpSocket', 'exec', 'grpc'],
  ['minAvailable', 'maxUnavailable'],
]

/**
 * Merges `over` over `base`: objects field by field, lists of named objects by name, anything else
 * replaced. `null` and `$patch: delete` remove, `$patch: replace` replaces.
 */
export function mergeTree(base: Tree, over: Tree): Tree {
  if (over[DIRECTIVE] === 'replace') return withoutDirectives(over)
  const merged = new Map(Object.entries(base))
  for (const name of toDisplaced(over)) merged.delete(name)
  for (const [name, value] of Object.entries(over)) {
    if (name === DIRECTIVE) continue
    if (isDeletion(value)) merged.delete(name)
    else merged.set(name, mergeValue(merged.get(name), value, name))
  }
  return Object.fromEntries(merged)
}

/** Gives an object that stands for itself, without nulls and directives. */
export function withoutDirectives(tree: Tree): Tree {
  const { [DIRECTIVE]: _, ...rest } = tree
  return mergeTree({}, rest)
}

/** Says whether `value` asks for what it stands for to be removed. */
export function isDeletion(value: unknown): boolean {
  return value === null || (isTree(value) && value[DIRECTIVE] === 'delete')
}

function mergeValue(base: unknown, over: unknown, name: string): unknown {
  if (Array.isArray(over)) return mergeList(Array.isArray(base) ? base : [], over, name)
  if (!isTree(over)) return over
  return isTree(base) ? mergeTree(base, over) : withoutDirectives(over)
}

function mergeList(base: readonly unknown[], over: readonly unknown[], name: string): unknown[] {
  const key = (KEYS[name] ?? ['name']).find((candidate) =>
    [...base, ...over].every((element) => isTree(element) && element[candidate] !== undefined),
  )
  if (key === undefined) return over.filter((element) => !isDeletion(element)).map(toPlain)
  const merged = new Map((base as readonly Tree[]).map((element) => [element[key], element]))
  for (const element of over as readonly Tree[]) {
    const known = merged.get(element[key])
    if (isDeletion(element)) merged.delete(element[key])
    else if (known === undefined || WHOLE.has(name))
      merged.set(element[key], withoutDirectives(element))
    else merged.set(element[key], mergeTree(known, element))
  }
  return [...merged.values()]
}

function toDisplaced(over: Tree): string[] {
  const others = UNIONS.flatMap((union) => {
    const given = union.filter((name) => over[name] !== undefined && over[name] !== null)
    return given.length === 0 ? [] : union.filter((name) => !given.includes(name))
  })
  // A Deployment that stops its pods before it starts others has no budgets for rolling them.
  return over['type'] === 'Recreate' ? [...others, 'rollingUpdate'] : others
}

function toPlain(value: unknown): unknown {
  return isTree(value) ? withoutDirectives(value) : value
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
