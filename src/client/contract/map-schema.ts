import type { JsonSchema } from '../../convention/snapshot.ts'

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const ONE: readonly string[] = ['additionalProperties', 'propertyNames', 'items', 'not', 'contains']
const LIST: readonly string[] = ['prefixItems', 'anyOf', 'oneOf', 'allOf']
const NAMED: readonly string[] = ['properties', 'patternProperties']

/** Gives a copy of a schema in which every schema, innermost first, is what `change` makes of it. */
export function mapSchema(
  schema: JsonSchema,
  change: (schema: JsonSchema) => JsonSchema,
): JsonSchema {
  const map = (part: unknown): unknown => (isSchema(part) ? mapSchema(part, change) : part)
  const entries = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    if (ONE.includes(keyword)) return [keyword, map(value)]
    if (LIST.includes(keyword) && Array.isArray(value)) return [keyword, value.map(map)]
    if (NAMED.includes(keyword) && isSchema(value)) return [keyword, mapMembers(value, map)]
    return [keyword, value]
  })
  return change(Object.fromEntries(entries))
}

function mapMembers(members: object, map: (part: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(members).map(([name, part]) => [name, map(part)]))
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
