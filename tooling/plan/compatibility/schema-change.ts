/**
 * What can differ between two schemas, said without a direction: whether a caller or a provider
 * suffers from it is for the rules of requests and of replies to say.
 */
export type SchemaChangeKind =
  | 'type-changed'
  | 'type-narrowed'
  | 'type-widened'
  | 'null-added'
  | 'null-removed'
  | 'enum-value-added'
  | 'enum-value-removed'
  | 'enum-closed-value-added'
  | 'bound-tightened'
  | 'bound-loosened'
  | 'pattern-added'
  | 'pattern-removed'
  | 'pattern-changed'
  | 'format-added'
  | 'format-removed'
  | 'format-changed'
  | 'property-added'
  | 'required-property-added'
  | 'property-removed'
  | 'required-property-removed'
  | 'property-became-required'
  | 'property-became-optional'
  | 'property-refused'
  | 'unknown-properties-refused'
  | 'unknown-properties-taken'
  | 'variant-added'
  | 'variant-removed'
  | 'default-changed'
  | 'undecided'

/** One difference between two schemas. */
export interface SchemaChange {
  readonly kind: SchemaChangeKind
  /** Where: `.items[].total`; empty at the top. */
  readonly at: string
  /** The two sides in words: `string → number`, `"draft"`, `maxLength 80 → 40`. */
  readonly detail: string
}

const NARROWING: ReadonlySet<SchemaChangeKind> = new Set([
  'type-changed',
  'type-narrowed',
  'null-removed',
  'enum-value-removed',
  'bound-tightened',
  'pattern-added',
  'pattern-changed',
  'format-added',
  'format-changed',
  'required-property-added',
  'property-became-required',
  'property-refused',
  'unknown-properties-refused',
  'variant-removed',
  'undecided',
])

const WIDENING: ReadonlySet<SchemaChangeKind> = new Set([
  'type-changed',
  'type-widened',
  'null-added',
  'enum-value-added',
  'enum-closed-value-added',
  'bound-loosened',
  'pattern-removed',
  'pattern-changed',
  'format-removed',
  'format-changed',
  'required-property-removed',
  'property-became-optional',
  'variant-added',
  'undecided',
])

/** Says whether a value of the old schema may not be one of the new. */
export function isNarrowing({ kind }: SchemaChange): boolean {
  return NARROWING.has(kind)
}

/** Says whether a value of the new schema may not have been one of the old. */
export function isWidening({ kind }: SchemaChange): boolean {
  return WIDENING.has(kind)
}
