import { toCanonicalJson } from './canonical-json.ts'
import { compareBounds } from './compare-bounds.ts'
import { compareObjects } from './compare-objects.ts'
import { compareText } from './compare-text.ts'
import { compareItems } from './compare-items.ts'
import { compareVariants } from './compare-variants.ts'
import type { JsonSchema } from '../../../src/convention/snapshot.ts'
import type { SchemaOrBoolean } from './json-schema.ts'
import type { SchemaChange } from './schema-change.ts'
import { type SchemaShape, type TypeName, toSchemaShape, withoutNull } from './schema-shape.ts'

/** Compares two schemas within the same pair of documents; changes are placed relative to the two. */
export type Compare = (before: SchemaOrBoolean, after: SchemaOrBoolean) => readonly SchemaChange[]

/** The documents that references of the two sides lead into. */
export interface SchemaDocuments {
  readonly before: unknown
  readonly after: unknown
}

/** Pairs of schemas compared for one pair of documents, before the rest is called too intricate. */
const MAX_COMPARISONS = 50_000

/** Keywords that are not understood: only whether they stayed the same is known. */
const OPAQUE = (
  'not if then else contains minContains maxContains allOf dependentRequired dependentSchemas ' +
  'patternProperties propertyNames unevaluatedProperties unevaluatedItems'
).split(' ')

/**
 * Gives a comparison of the schemas of two documents. A schema that holds itself is compared once
 * on each way down: what is being compared is taken to be equal until a difference is found.
 */
export function toSchemaComparison(documents: SchemaDocuments): Compare {
  const underWay = new Set<string>()
  const known = new Map<string, readonly SchemaChange[]>()
  let left = MAX_COMPARISONS
  let assumptions = 0
  const compare: Compare = (before, after) => {
    const key = `${toCanonicalJson(before)}\n${toCanonicalJson(after)}`
    const answer = known.get(key)
    if (answer !== undefined) return answer
    if (underWay.has(key)) {
      assumptions += 1
      return []
    }
    left -= 1
    if (left < 0) return [undecided('the schemas are too intricate to compare')]
    const assumedBefore = assumptions
    underWay.add(key)
    const old = toSchemaShape(before, documents.before)
    const now = toSchemaShape(after, documents.after)
    const changes =
      old === undefined || now === undefined
        ? [undecided(`the ${old === undefined ? 'old' : 'new'} schema cannot be resolved`)]
        : compareShapes(old, now, compare)
    underWay.delete(key)
    // What rests on an assumption may not be true of the same pair elsewhere.
    if (assumptions === assumedBefore || underWay.size === 0) known.set(key, changes)
    return changes
  }
  return compare
}

function compareShapes(
  before: SchemaShape,
  after: SchemaShape,
  compare: Compare,
): readonly SchemaChange[] {
  const general = [...compareNull(before, after), ...compareDefaults(before, after)]
  if (before.variants !== undefined || after.variants !== undefined) {
    const [old, now] = [before, after].map((shape) => shape.variants ?? [withoutNull(shape)])
    return [...general, ...compareVariants(old ?? [], now ?? [], compare)]
  }
  const types = compareTypes(before, after)
  if (types.some(({ kind }) => kind === 'type-changed')) return [...general, ...types]
  return [...general, ...types, ...compareContents(before, after, compare)]
}

/** What two schemas of the same types can differ in. */
function compareContents(
  before: SchemaShape,
  after: SchemaShape,
  compare: Compare,
): readonly SchemaChange[] {
  const shared = sharedTypes(before.types, after.types)
  const [old, now] = [before.keywords, after.keywords]
  return [
    ...compareValues(before, after),
    ...compareBounds(old, now, shared),
    ...(shared.has('string') ? compareText(old, now) : []),
    ...(shared.has('array') ? compareItems(old, now, compare) : []),
    ...(shared.has('object') ? compareObjects(old, now, compare) : []),
    ...compareOpaque(old, now),
  ]
}

function compareNull(before: SchemaShape, after: SchemaShape): readonly SchemaChange[] {
  if (before.isNullable === after.isNullable) return []
  const [kind, detail] = after.isNullable
    ? (['null-added', 'null may now stand here'] as const)
    : (['null-removed', 'null may no longer stand here'] as const)
  return [{ kind, at: '', detail }]
}

function compareDefaults(before: SchemaShape, after: SchemaShape): readonly SchemaChange[] {
  const [old, now] = [before, after].map(({ keywords }) => toCanonicalJson(keywords.default))
  if (old === now) return []
  const [was, is] = [old, now].map((text) => (text === 'undefined' ? 'none' : text))
  return [{ kind: 'default-changed', at: '', detail: `default ${was} → ${is}` }]
}

function compareTypes(before: SchemaShape, after: SchemaShape): readonly SchemaChange[] {
  const gone = [...before.types].filter((name) => !takes(after.types, name))
  const come = [...after.types].filter((name) => !takes(before.types, name))
  if (gone.length === 0 && come.length === 0) return []
  const detail = `${toTypesText(before)} → ${toTypesText(after)}`
  const isOther = sharedTypes(before.types, after.types).size === 0
  if (isOther || (gone.length > 0 && come.length > 0))
    return [{ kind: 'type-changed', at: '', detail }]
  return [{ kind: gone.length > 0 ? 'type-narrowed' : 'type-widened', at: '', detail }]
}

function takes(types: ReadonlySet<TypeName>, name: TypeName): boolean {
  return types.has(name) || (name === 'integer' && types.has('number'))
}

function sharedTypes(a: ReadonlySet<TypeName>, b: ReadonlySet<TypeName>): ReadonlySet<TypeName> {
  return new Set([
    ...[...a].filter((name) => takes(b, name)),
    ...[...b].filter((name) => takes(a, name)),
  ])
}

function toTypesText({ types }: SchemaShape): string {
  if (types.size === 0) return 'nothing'
  return types.size >= 5 ? 'anything' : [...types].join(' or ')
}

function compareValues(before: SchemaShape, after: SchemaShape): readonly SchemaChange[] {
  const [old, now] = [before.values, after.values]
  if (old === undefined && now === undefined) return []
  if (old === undefined) {
    return [{ kind: 'enum-value-removed', at: '', detail: `now only ${toValuesText(now)}` }]
  }
  const kind = before.keywords['x-closed'] === true ? 'enum-closed-value-added' : 'enum-value-added'
  if (now === undefined) return [{ kind, at: '', detail: `was only ${toValuesText(old)}` }]
  const gone = new Set([...old].filter((value) => !now.has(value)))
  const come = new Set([...now].filter((value) => !old.has(value)))
  return [
    ...(gone.size > 0
      ? [{ kind: 'enum-value-removed', at: '', detail: toValuesText(gone) } as const]
      : []),
    ...(come.size > 0 ? [{ kind, at: '', detail: toValuesText(come) } as const] : []),
  ]
}

function toValuesText(values: ReadonlySet<string> | undefined): string {
  const all = [...(values ?? [])]
  const shown = all
    .slice(0, 5)
    .map((value) => (value.length > 40 ? `${value.slice(0, 40)}…` : value))
  return `${shown.join(', ')}${all.length > 5 ? ` and ${all.length - 5} more` : ''}`
}

function compareOpaque(before: JsonSchema, after: JsonSchema): readonly SchemaChange[] {
  const old = new Map(Object.entries(before))
  const now = new Map(Object.entries(after))
  return OPAQUE.filter(
    (keyword) => toCanonicalJson(old.get(keyword)) !== toCanonicalJson(now.get(keyword)),
  ).map((keyword) => undecided(`"${keyword}" changed`))
}

function undecided(detail: string): SchemaChange {
  return { kind: 'undecided', at: '', detail }
}
