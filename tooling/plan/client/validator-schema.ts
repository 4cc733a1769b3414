import type { JsonSchema } from '../../../src/convention/snapshot.ts'
import { nameOfReference } from './reference.ts'

/** Keywords that say what a value must be; annotations and what ajv has no word for are left out. */
const PLAIN = [
  'type',
  'const',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'required',
] as const

/** The one format that has no pattern beside it in a snapshot. */
const CHECKED_FORMAT = 'uri'

/** Where a schema stands: an enum within a union tells its members apart, and stays closed. */
type Place = 'open' | 'closed'

/**
 * Gives the schema by which a reply is checked, as ajv reads draft 7: tolerant of what a later
 * revision of the provider may add. Members that are not named pass, and so do further texts of an
 * enum, unless it stands in a union or says `x-closed`.
 */
export function toValidatorSchema(
  schema: boolean | JsonSchema,
  refer: (name: string) => string,
  place: Place = 'open',
): boolean | Record<string, unknown> {
  if (typeof schema === 'boolean') return schema
  const inner = (part: boolean | JsonSchema, at: Place = place): unknown =>
    toValidatorSchema(part, refer, at)
  const result: Record<string, unknown> = {}
  const name = nameOfReference(schema.$ref)
  // Beside `$ref`, draft 7 reads nothing.
  if (name !== undefined) return { $ref: refer(name) }
  for (const keyword of PLAIN) if (schema[keyword] !== undefined) result[keyword] = schema[keyword]
  if (schema.format === CHECKED_FORMAT && schema.pattern === undefined)
    result['format'] = CHECKED_FORMAT
  if (schema.enum !== undefined && !isOpenEnum(schema, place)) result['enum'] = schema.enum
  return Object.assign(result, toParts(schema, inner), toUnions(schema, inner))
}

function isOpenEnum(schema: JsonSchema, place: Place): boolean {
  const values = schema.enum ?? []
  return (
    place === 'open' && schema['x-closed'] !== true && schema.type === 'string' && values.length > 1
  )
}

type Inner = (part: boolean | JsonSchema, at?: Place) => unknown

function toParts(schema: JsonSchema, inner: Inner): Record<string, unknown> {
  const parts: Record<string, unknown> = {}
  if (isKeyedRecord(schema)) return toKeyed(schema, inner)
  if (schema.properties !== undefined) parts['properties'] = mapValues(schema.properties, inner)
  if (schema.additionalProperties !== undefined)
    parts['additionalProperties'] = inner(schema.additionalProperties)
  if (schema.propertyNames !== undefined)
    parts['propertyNames'] = inner(schema.propertyNames, 'closed')
  if (schema.prefixItems !== undefined) {
    parts['items'] = schema.prefixItems.map((item) => inner(item))
    parts['additionalItems'] = schema.items === undefined ? true : inner(schema.items)
  } else if (schema.items !== undefined) parts['items'] = inner(schema.items)
  return parts
}

/** A record of named members: further names are of a later revision, and say nothing of their values. */
function isKeyedRecord({ propertyNames, additionalProperties }: JsonSchema): boolean {
  return propertyNames?.enum !== undefined && typeof additionalProperties === 'object'
}

function toKeyed(
  { propertyNames, additionalProperties }: JsonSchema,
  inner: Inner,
): Record<string, unknown> {
  const names = propertyNames?.enum ?? []
  const value = inner(additionalProperties ?? true)
  return { properties: Object.fromEntries(names.map((name) => [name, value])) }
}

function toUnions(schema: JsonSchema, inner: Inner): Record<string, unknown> {
  const unions: Record<string, unknown> = {}
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const members = schema[keyword]
    if (members === undefined) continue
    const isUnion = members.filter(({ type }) => type !== 'null').length > 1
    unions[keyword] = members.map((member) => inner(member, isUnion ? 'closed' : undefined))
  }
  if (schema.allOf !== undefined) unions['allOf'] = schema.allOf.map((part) => inner(part))
  if (schema.not !== undefined) unions['not'] = inner(schema.not, 'closed')
  return unions
}

function mapValues(
  record: Readonly<Record<string, JsonSchema>>,
  inner: Inner,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, part]) => [name, inner(part)]))
}
