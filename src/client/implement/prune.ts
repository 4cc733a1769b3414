import type { JsonSchema } from '../../convention/snapshot.ts'
import type { SchemaWithDefinitions } from '../contract/json-schema.ts'

/** How deep a value is followed; what lies below is left out. */
const MAX_DEPTH = 64

/** Gives a copy of a value without the members its schema does not name: they may be nobody's business. */
export function pruneTo({ schema, resolve }: SchemaWithDefinitions, value: unknown): unknown {
  return prune(schema, value, MAX_DEPTH)

  function prune(part: JsonSchema, from: unknown, depth: number): unknown {
    if (typeof from !== 'object' || from === null || from instanceof Date) return from
    if (depth === 0) return undefined
    const targets = variantsOf(resolve(part))
    if (Array.isArray(from)) {
      const items = targets.map(({ items: each }) => each).find((each) => typeof each === 'object')
      return from.map((item) => (items === undefined ? item : prune(items, item, depth - 1)))
    }
    const isOpen = !targets.some(({ properties }) => properties !== undefined)
    const members = Object.entries(from).flatMap(([name, member]) => {
      const of = targets.map((each) => memberOf(each, name)).find((each) => each !== undefined)
      if (of !== undefined) return [[name, prune(of, member, depth - 1)]]
      return isOpen ? [[name, member]] : []
    })
    return Object.fromEntries(members)
  }

  function variantsOf(part: JsonSchema): readonly JsonSchema[] {
    const variants = [...(part.anyOf ?? []), ...(part.oneOf ?? []), ...(part.allOf ?? [])]
    return [part, ...variants.map(resolve)]
  }
}

function memberOf(schema: JsonSchema, name: string): JsonSchema | undefined {
  const { properties = {}, additionalProperties: others } = schema
  if (Object.hasOwn(properties, name)) return properties[name]
  return typeof others === 'object' ? others : undefined
}
