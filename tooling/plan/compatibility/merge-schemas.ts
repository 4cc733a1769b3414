import { toCanonicalJson } from './canonical-json.ts'
import type { SchemaOrBoolean } from './json-schema.ts'

type Combine = (a: never, b: never) => unknown

/** How two schemas that must both hold become one, by keyword; the rest must be equal to become one. */
const COMBINE: ReadonlyMap<string, Combine> = new Map<string, Combine>([
  ['type', intersectTypes],
  ['enum', intersectValues],
  ['required', (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])]],
  ['properties', mergeProperties],
  ...['minimum', 'minLength', 'minItems', 'minProperties'].map(toLarger),
  ...['maximum', 'maxLength', 'maxItems', 'maxProperties'].map(toSmaller),
  ['additionalProperties', both],
  ['items', both],
  ['uniqueItems', (a: boolean, b: boolean) => a || b],
  ['nullable', (a: boolean, b: boolean) => a && b],
  ['title', (a: string) => a],
  ['description', (a: string) => a],
])

/**
 * Gives one schema for values that fit both. What cannot be said in one stays behind in `allOf`,
 * which is then compared as it stands.
 */
export function mergeSchemas(a: SchemaOrBoolean, b: SchemaOrBoolean): SchemaOrBoolean {
  if (typeof a === 'boolean') return a && b
  if (typeof b === 'boolean') return b && a
  const merged = new Map<string, unknown>(Object.entries(a))
  const rest = new Map<string, unknown>()
  for (const [keyword, value] of Object.entries(b)) {
    const own = merged.get(keyword)
    const combine = COMBINE.get(keyword)
    const isSame = own === undefined || toCanonicalJson(own) === toCanonicalJson(value)
    if (isSame) merged.set(keyword, value)
    else if (combine !== undefined) merged.set(keyword, combine(own as never, value as never))
    else rest.set(keyword, value)
  }
  if (rest.size > 0) {
    merged.set('allOf', [...((merged.get('allOf') ?? []) as unknown[]), Object.fromEntries(rest)])
  }
  return Object.fromEntries(merged)
}

/** Gives the schema of values that fit both, without looking into either: a reference stays one. */
export function both(a: SchemaOrBoolean, b: SchemaOrBoolean): SchemaOrBoolean {
  if (typeof a === 'boolean') return a && b
  return typeof b === 'boolean' ? b && a : { allOf: [a, b] }
}

function mergeProperties(
  a: Readonly<Record<string, SchemaOrBoolean>>,
  b: Readonly<Record<string, SchemaOrBoolean>>,
): Readonly<Record<string, SchemaOrBoolean>> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries(
    [...names].map((name) => [name, mergeProperty(ownOf(a, name), ownOf(b, name))]),
  )
}

function mergeProperty(
  a: SchemaOrBoolean | undefined,
  b: SchemaOrBoolean | undefined,
): SchemaOrBoolean {
  if (a === undefined || b === undefined) return a ?? b ?? true
  return both(a, b)
}

function ownOf<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

function intersectTypes(
  a: string | readonly string[],
  b: string | readonly string[],
): readonly string[] {
  const left = [a].flat()
  const right = [b].flat()
  const shared = left.filter((name) => right.includes(name))
  const isInteger = [left, right].some(
    (names) => names.includes('integer') && !names.includes('number'),
  )
  const isNumber = [left, right].every(
    (names) => names.includes('integer') || names.includes('number'),
  )
  return isInteger && isNumber && !shared.includes('integer') ? [...shared, 'integer'] : shared
}

function intersectValues(a: readonly unknown[], b: readonly unknown[]): readonly unknown[] {
  const allowed = new Set(b.map(toCanonicalJson))
  return a.filter((value) => allowed.has(toCanonicalJson(value)))
}

function toLarger(keyword: string): readonly [string, Combine] {
  return [keyword, (a: number, b: number) => Math.max(a, b)]
}

function toSmaller(keyword: string): readonly [string, Combine] {
  return [keyword, (a: number, b: number) => Math.min(a, b)]
}
