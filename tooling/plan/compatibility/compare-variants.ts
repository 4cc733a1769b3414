import { toCanonicalJson } from './canonical-json.ts'
import type { Compare } from './compare-schemas.ts'
import type { SchemaOrBoolean } from './json-schema.ts'
import { type SchemaChange, isNarrowing, isWidening } from './schema-change.ts'
import { within } from './schema-place.ts'
import { toVariantName } from './variant-name.ts'

/**
 * Gives what changed in a union. Members are matched by name, then by being equal; of the rest, one
 * counts as gone when no new member takes its values, and as new when no old member gave them.
 */
export function compareVariants(
  before: readonly SchemaOrBoolean[],
  after: readonly SchemaOrBoolean[],
  compare: Compare,
): readonly SchemaChange[] {
  const pairs = toPairs(before, after)
  const paired = pairs.flatMap(([old, now]) => {
    const name = toVariantName(old)
    return within(name === undefined ? '' : `(${name})`, compare(old, now))
  })
  const gone = before
    .filter((old) => !pairs.some(([member]) => member === old))
    .filter((old) => !after.some((now) => !compare(old, now).some(isNarrowing)))
  const come = after
    .filter((now) => !pairs.some(([, member]) => member === now))
    .filter((now) => !before.some((old) => !compare(old, now).some(isWidening)))
  return [
    ...paired,
    ...gone.map((member) => toChange('variant-removed', member)),
    ...come.map((member) => toChange('variant-added', member)),
  ]
}

type Pair = readonly [before: SchemaOrBoolean, after: SchemaOrBoolean]

function toPairs(
  before: readonly SchemaOrBoolean[],
  after: readonly SchemaOrBoolean[],
): readonly Pair[] {
  const named = pairBy(before, after, toVariantName)
  const [old, now] = rest(before, after, named)
  const equal = pairBy(old, now, toCanonicalJson)
  const pairs = [...named, ...equal]
  const [oldLeft, nowLeft] = rest(before, after, pairs)
  const [oldOne, nowOne] = [oldLeft[0], nowLeft[0]]
  const isOneEach = oldLeft.length === 1 && nowLeft.length === 1
  return isOneEach && oldOne !== undefined && nowOne !== undefined
    ? [...pairs, [oldOne, nowOne]]
    : pairs
}

/** Pairs the members that have the same key, when only one member of each side has it. */
function pairBy(
  before: readonly SchemaOrBoolean[],
  after: readonly SchemaOrBoolean[],
  toKey: (member: SchemaOrBoolean) => string | undefined,
): readonly Pair[] {
  const candidates = Map.groupBy(after, toKey)
  return [...Map.groupBy(before, toKey)].flatMap(([key, olds]): readonly Pair[] => {
    const news = key === undefined ? [] : (candidates.get(key) ?? [])
    const [old, now] = [olds[0], news[0]]
    const isOne = olds.length === 1 && news.length === 1
    return isOne && old !== undefined && now !== undefined ? [[old, now]] : []
  })
}

function rest(
  before: readonly SchemaOrBoolean[],
  after: readonly SchemaOrBoolean[],
  pairs: readonly Pair[],
): readonly [readonly SchemaOrBoolean[], readonly SchemaOrBoolean[]] {
  return [
    before.filter((old) => !pairs.some(([member]) => member === old)),
    after.filter((now) => !pairs.some(([, member]) => member === now)),
  ]
}

function toChange(
  kind: 'variant-added' | 'variant-removed',
  member: SchemaOrBoolean,
): SchemaChange {
  return { kind, at: '', detail: toVariantName(member) ?? toShortJson(member) }
}

function toShortJson(member: SchemaOrBoolean): string {
  const json = toCanonicalJson(member)
  return json.length > 60 ? `${json.slice(0, 60)}…` : json
}
