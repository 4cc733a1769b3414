import { toCanonicalJson } from './canonical-json.ts'
import type { JsonSchema } from '../../../src/convention/snapshot.ts'
import { type SchemaOrBoolean, isSchema, toReferredSchema } from './json-schema.ts'
import { both, mergeSchemas } from './merge-schemas.ts'

/** The types of JSON other than null. */
export type TypeName = 'boolean' | 'number' | 'integer' | 'string' | 'array' | 'object'

/** A schema with its references followed and its many spellings made one. */
export interface SchemaShape {
  readonly types: ReadonlySet<TypeName>
  readonly isNullable: boolean
  /** The only values there are, by their JSON; `undefined` when they are not counted. */
  readonly values: ReadonlySet<string> | undefined
  /** Of a union: its members, without null. */
  readonly variants: readonly SchemaOrBoolean[] | undefined
  readonly keywords: JsonSchema
}

/** Where references lead, and how many more may be followed: a circle, or a schema made to explode, ends there. */
interface Walk {
  readonly document: unknown
  left: number
}

const MAX_STEPS = 2000
const ALL_TYPES: readonly TypeName[] = ['boolean', 'number', 'string', 'array', 'object']
const KNOWN_TYPES: ReadonlySet<string> = new Set([...ALL_TYPES, 'integer'])

const NOTHING: SchemaShape = {
  types: new Set(),
  isNullable: false,
  values: new Set(),
  variants: undefined,
  keywords: {},
}

/** Gives the shape of `schema` within `document`; `undefined` when a reference leads nowhere or in a circle. */
export function toSchemaShape(schema: SchemaOrBoolean, document: unknown): SchemaShape | undefined {
  return toShape(schema, { document, left: MAX_STEPS })
}

/** Gives the same schema without null among its values. */
export function withoutNull({ keywords, types }: SchemaShape): JsonSchema {
  return { ...keywords, type: [...types], nullable: false }
}

function toShape(schema: SchemaOrBoolean, walk: Walk): SchemaShape | undefined {
  const flat = flatten(schema, walk)
  if (flat === undefined) return undefined
  if (flat === false) return NOTHING
  const keywords = flat === true ? {} : flat
  const members = unionOf(keywords)
  return members === undefined ? toPlainShape(keywords) : toUnionShape(keywords, members, walk)
}

/** Follows `$ref` and merges `allOf`, at the top of a schema only. */
function flatten(schema: SchemaOrBoolean, walk: Walk): SchemaOrBoolean | undefined {
  walk.left -= 1
  if (walk.left <= 0) return undefined
  if (typeof schema === 'boolean') return schema
  const { $ref, allOf, ...own } = schema
  const parts = Array.isArray(allOf) ? [...(allOf as unknown[])] : []
  if (typeof $ref === 'string') parts.push(toReferredSchema(walk.document, $ref))
  let merged: SchemaOrBoolean = own
  for (const part of parts) {
    const flat = isSchema(part) ? flatten(part, walk) : undefined
    if (flat === undefined) return undefined
    merged = mergeSchemas(merged, flat)
  }
  return merged
}

function unionOf({ anyOf, oneOf }: JsonSchema): readonly SchemaOrBoolean[] | undefined {
  const members = anyOf ?? oneOf
  return Array.isArray(members) && members.length > 0 ? members.filter(isSchema) : undefined
}

function toPlainShape(keywords: JsonSchema): SchemaShape {
  const listed = valuesOf(keywords)
  const names = typesOf(keywords, listed)
  const counted = listed?.filter((value) => value !== null)
  return {
    types: new Set(names.filter((name): name is TypeName => KNOWN_TYPES.has(name))),
    isNullable: names.includes('null') && (listed === undefined || listed.includes(null)),
    values: counted && new Set(counted.map(toCanonicalJson)),
    variants: undefined,
    keywords,
  }
}

/** A union of one is that one; a union of values is an enum; null in a union is nullability. */
function toUnionShape(
  keywords: JsonSchema,
  members: readonly SchemaOrBoolean[],
  walk: Walk,
): SchemaShape | undefined {
  const { anyOf: _, oneOf: __, ...base } = keywords
  const hasBase = Object.keys(base).some((key) => !isAnnotation(key))
  const known = members.map((member) => {
    const whole = hasBase ? both(base, member) : member
    return { whole, shape: toShape(whole, walk) }
  })
  if (!known.every(isKnown)) return undefined
  const isNullable = known.some(({ shape }) => shape.isNullable)
  const rest = known.filter(({ shape }) => !isOnlyNull(shape))
  const [only] = rest
  if (only !== undefined && rest.length === 1) {
    return {
      ...only.shape,
      isNullable,
      keywords: { ...only.shape.keywords, ...annotationsOf(base) },
    }
  }
  const types = new Set(rest.flatMap(({ shape }) => [...shape.types]))
  const union = { types, isNullable, keywords: base }
  if (rest.every(({ shape }) => shape.values !== undefined)) {
    const values = new Set(rest.flatMap(({ shape }) => [...(shape.values ?? [])]))
    return { ...union, values, variants: undefined }
  }
  return { ...union, values: undefined, variants: rest.flatMap(toVariants) }
}

/** A member of a union as it is written, and what it comes to. */
interface Member {
  readonly whole: SchemaOrBoolean
  readonly shape: SchemaShape
}

function isKnown(member: {
  whole: SchemaOrBoolean
  shape: SchemaShape | undefined
}): member is Member {
  return member.shape !== undefined
}

/** A reference stays one: a member is told from the others by its name. */
function toVariants({ whole, shape }: Member): readonly SchemaOrBoolean[] {
  if (shape.variants !== undefined) return shape.variants
  return [shape.isNullable ? withoutNull(shape) : whole]
}

function isOnlyNull({ types, isNullable }: SchemaShape): boolean {
  return isNullable && types.size === 0
}

function valuesOf(keywords: JsonSchema): readonly unknown[] | undefined {
  if (Object.hasOwn(keywords, 'const')) return [keywords.const]
  return Array.isArray(keywords.enum) ? keywords.enum : undefined
}

function typesOf(
  { type, nullable }: JsonSchema & { readonly nullable?: unknown },
  values: readonly unknown[] | undefined,
): readonly string[] {
  if (type !== undefined) return [...[type].flat(), ...(nullable === true ? ['null'] : [])]
  if (values !== undefined) return [...new Set(values.map(toTypeName))]
  return [...ALL_TYPES, ...(nullable === false ? [] : ['null'])]
}

function toTypeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value
}

function annotationsOf(keywords: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(keywords).filter(([key]) => isAnnotation(key)))
}

/** Says whether a keyword allows or forbids nothing. */
function isAnnotation(key: string): boolean {
  return key.startsWith('x-') ? key !== 'x-closed' : ANNOTATIONS.has(key)
}

const ANNOTATIONS: ReadonlySet<string> = new Set(
  (
    'title description default example examples deprecated readOnly writeOnly discriminator ' +
    '$comment $schema $id id'
  ).split(' '),
)
