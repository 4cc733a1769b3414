import type { JsonSchema } from '../../../src/convention/snapshot.ts'
import type { SchemaChange } from './schema-change.ts'
import type { TypeName } from './schema-shape.ts'

type NumberKeyword =
  | 'minLength'
  | 'maxLength'
  | 'minItems'
  | 'maxItems'
  | 'minProperties'
  | 'maxProperties'

const SIZES: readonly (readonly [NumberKeyword, TypeName])[] = [
  ['minLength', 'string'],
  ['maxLength', 'string'],
  ['minItems', 'array'],
  ['maxItems', 'array'],
  ['minProperties', 'object'],
  ['maxProperties', 'object'],
]

/** Gives what became tighter or looser: ranges, lengths, counts, steps. */
export function compareBounds(
  before: JsonSchema,
  after: JsonSchema,
  shared: ReadonlySet<TypeName>,
): readonly SchemaChange[] {
  const sizes = SIZES.filter(([, type]) => shared.has(type)).map(([keyword]) =>
    compareBound(keyword, sizeOf(before, keyword), sizeOf(after, keyword)),
  )
  const isNumeric = shared.has('number') || shared.has('integer')
  const numbers = isNumeric
    ? [
        compareRange('minimum', before, after),
        compareRange('maximum', before, after),
        compareStep(numberOf(before.multipleOf), numberOf(after.multipleOf)),
      ]
    : []
  const unique = shared.has('array') ? [compareUnique(before, after)] : []
  return [...sizes, ...numbers, ...unique].filter((change) => change !== undefined)
}

/** No text is shorter than 0: that bound is none. */
function sizeOf(schema: JsonSchema, keyword: NumberKeyword): number | undefined {
  const size = numberOf(schema[keyword])
  return size === 0 && keyword.startsWith('min') ? undefined : size
}

function compareBound(
  keyword: string,
  before: number | undefined,
  after: number | undefined,
): SchemaChange | undefined {
  if (before === after) return undefined
  const isLower = keyword.startsWith('min')
  const limit = isLower ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const isTighter = isLower
    ? (after ?? limit) > (before ?? limit)
    : (after ?? limit) < (before ?? limit)
  return {
    kind: isTighter ? 'bound-tightened' : 'bound-loosened',
    at: '',
    detail: `${keyword} ${before ?? 'none'} → ${after ?? 'none'}`,
  }
}

/** The end of a range, and whether the number itself is outside of it. */
interface End {
  readonly value: number
  readonly isExclusive: boolean
}

function compareRange(
  keyword: 'minimum' | 'maximum',
  before: JsonSchema,
  after: JsonSchema,
): SchemaChange | undefined {
  const old = endOf(keyword, before)
  const now = endOf(keyword, after)
  if (old?.value === now?.value && old?.isExclusive === now?.isExclusive) return undefined
  const isTighter = now !== undefined && (old === undefined || isInside(keyword, now, old))
  return {
    kind: isTighter ? 'bound-tightened' : 'bound-loosened',
    at: '',
    detail: `${keyword} ${toEndText(old)} → ${toEndText(now)}`,
  }
}

function endOf(keyword: 'minimum' | 'maximum', schema: JsonSchema): End | undefined {
  // OpenAPI 3.0 has a boolean here.
  const exclusive: unknown = schema[keyword === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum']
  const inclusive = numberOf(schema[keyword])
  if (inclusive !== undefined && exclusive === true) return { value: inclusive, isExclusive: true }
  const step = keyword === 'minimum' ? 1 : -1
  const whole = schema.type === 'integer' && Number.isInteger(exclusive)
  const ends = [
    { value: inclusive, isExclusive: false },
    // Whole numbers above 0 are those from 1.
    whole
      ? { value: Number(exclusive) + step, isExclusive: false }
      : { value: numberOf(exclusive), isExclusive: true },
  ].filter((end): end is End => end.value !== undefined)
  return ends.reduce<End | undefined>(
    (tightest, end) =>
      tightest === undefined || isInside(keyword, end, tightest) ? end : tightest,
    undefined,
  )
}

function isInside(keyword: 'minimum' | 'maximum', end: End, other: End): boolean {
  if (end.value === other.value) return end.isExclusive && !other.isExclusive
  return keyword === 'minimum' ? end.value > other.value : end.value < other.value
}

function toEndText(end: End | undefined): string {
  if (end === undefined) return 'none'
  return end.isExclusive ? `${end.value} (excluded)` : `${end.value}`
}

function compareStep(
  before: number | undefined,
  after: number | undefined,
): SchemaChange | undefined {
  if (before === after) return undefined
  const detail = `multipleOf ${before ?? 'none'} → ${after ?? 'none'}`
  const isLooser = after === undefined || (before !== undefined && isMultiple(before, after))
  const isTighter = before === undefined || (after !== undefined && isMultiple(after, before))
  if (isLooser) return { kind: 'bound-loosened', at: '', detail }
  if (isTighter) return { kind: 'bound-tightened', at: '', detail }
  return { kind: 'type-changed', at: '', detail }
}

/** Divisions of decimal fractions are not exact: 0.3 / 0.1 is one of 3. */
function isMultiple(value: number, step: number): boolean {
  const times = value / step
  return Math.abs(times - Math.round(times)) < 1e-9
}

function compareUnique(before: JsonSchema, after: JsonSchema): SchemaChange | undefined {
  const [old, now] = [before['uniqueItems'] === true, after['uniqueItems'] === true]
  if (old === now) return undefined
  return {
    kind: now ? 'bound-tightened' : 'bound-loosened',
    at: '',
    detail: now ? 'items must now differ from each other' : 'items may now be equal',
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
