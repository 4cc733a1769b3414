import type { Compare } from './compare-schemas.ts'
import type { JsonSchema } from '../../../src/convention/snapshot.ts'
import type { SchemaOrBoolean } from './json-schema.ts'
import type { SchemaChange, SchemaChangeKind } from './schema-change.ts'
import { toPropertyStep, within } from './schema-place.ts'

/** Gives what changed in the properties of an object, and in those that are not named. */
export function compareObjects(
  before: JsonSchema,
  after: JsonSchema,
  compare: Compare,
): readonly SchemaChange[] {
  const names = new Set([...namesOf(before), ...namesOf(after)])
  const named = [...names].flatMap((name) =>
    within(toPropertyStep(name), compareProperty(name, [before, after], compare)),
  )
  return [...named, ...compareUnnamed(before, after, compare)]
}

function namesOf({ properties, required }: JsonSchema): readonly string[] {
  return [...Object.keys(properties ?? {}), ...requiredOf(required)]
}

function requiredOf(required: unknown): readonly string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
}

function compareProperty(
  name: string,
  [before, after]: readonly [JsonSchema, JsonSchema],
  compare: Compare,
): readonly SchemaChange[] {
  const [old, now] = [toProperty(before, name), toProperty(after, name)]
  if (old.isNamed && !now.isNamed && now.schema === undefined) return compareGone(old, after)
  if (!old.isNamed && now.isNamed && old.schema === undefined) {
    return [toChange(now.isRequired ? 'required-property-added' : 'property-added')]
  }
  const inside = compare(old.schema ?? true, now.schema ?? true)
  if (old.isRequired === now.isRequired) return inside
  const kind = now.isRequired ? 'property-became-required' : 'property-became-optional'
  return [toChange(kind), ...inside]
}

/** A property as one side has it: named, or by the schema of all that are not named. */
interface Property {
  readonly isNamed: boolean
  readonly isRequired: boolean
  readonly schema: SchemaOrBoolean | undefined
}

function toProperty(object: JsonSchema, name: string): Property {
  const { properties, required, additionalProperties } = object
  const isRequired = requiredOf(required).includes(name)
  if (properties !== undefined && Object.hasOwn(properties, name)) {
    return { isNamed: true, isRequired, schema: properties[name] ?? true }
  }
  const schema = typeof additionalProperties === 'object' ? additionalProperties : undefined
  return { isNamed: isRequired, isRequired, schema }
}

/** A closed object refuses what it no longer names. */
function compareGone(old: Property, after: JsonSchema): readonly SchemaChange[] {
  const gone = toChange(old.isRequired ? 'required-property-removed' : 'property-removed')
  return after.additionalProperties === false ? [gone, toChange('property-refused')] : [gone]
}

function compareUnnamed(
  before: JsonSchema,
  after: JsonSchema,
  compare: Compare,
): readonly SchemaChange[] {
  const [old, now] = [before.additionalProperties ?? true, after.additionalProperties ?? true]
  if (old === false && now === false) return []
  if (now === false) return [toChange('unknown-properties-refused')]
  if (old === false) return [toChange('unknown-properties-taken')]
  return within('{}', compare(old, now))
}

function toChange(kind: SchemaChangeKind): SchemaChange {
  return { kind, at: '', detail: '' }
}
