import type { $ZodType } from 'zod/v4/core'
import { ServicexError } from '../../convention/servicex-error.ts'
import type { JsonSchema } from '../../convention/snapshot.ts'
import { toJsonSchema } from './json-schema.ts'
import { mapSchema } from './map-schema.ts'
import { sortKeys } from './sort-keys.ts'

/** Which way a value goes: a reply may always have more members than are declared. */
export type Direction = 'request' | 'reply'

/** The named schemas of a snapshot, while it is made. */
export class SchemaBook {
  readonly #schemas: Map<string, JsonSchema>

  constructor(schemas: Readonly<Record<string, JsonSchema>>) {
    this.#schemas = new Map(Object.entries(schemas))
  }

  /** Gives the JSON Schema of `schema`; what it refers to stands in the book from now on. */
  toSchema(schema: $ZodType, direction: Direction, place: string): JsonSchema {
    const { schema: json, definitions } = toJsonSchema(schema)
    const bodies = mapValues(definitions, (body) => toDirected(body, direction))
    const names = new Map(
      Object.keys(definitions).map((name) => [
        name,
        this.#nameOf(name, bodies, { place, direction }),
      ]),
    )
    const refer = (part: JsonSchema): JsonSchema =>
      mapSchema(part, (each) => toReference(each, names))
    for (const [name, body] of Object.entries(bodies))
      this.#note(names.get(name) ?? name, sortKeys(refer(body)))
    return sortKeys(refer(toDirected(json, direction)))
  }

  /** Gives all schemas by name. */
  schemas(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#schemas].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** A strict object is closed where it is asked for and open in a reply: the two have two names. */
  #nameOf(
    name: string,
    bodies: Readonly<Record<string, JsonSchema>>,
    { place, direction }: { readonly place: string; readonly direction: Direction },
  ): string {
    if (name.startsWith('__schema')) return `${place}_${name.slice('__schema'.length)}`
    const clean = name.replaceAll(/[^-\w.]/g, '_')
    return direction === 'request' && isClosed(bodies, name) ? `${clean}Request` : clean
  }

  #note(name: string, schema: JsonSchema): void {
    const known = this.#schemas.get(name)
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
      throw new ServicexError('SERVICEX_CONTRACT_INVALID', {
        summary: `two schemas of the contract have the id "${name}"`,
        fix: 'give each schema an id of its own with .meta({ id })',
      })
    this.#schemas.set(name, schema)
  }
}

/** Says whether a schema is closed anywhere, also in those it refers to. */
function isClosed(bodies: Readonly<Record<string, JsonSchema>>, name: string): boolean {
  const seen = new Set<string>()
  const visit = (each: string): boolean => {
    if (seen.has(each)) return false
    seen.add(each)
    let isFound = false
    mapSchema(bodies[each] ?? {}, (part) => {
      isFound ||= part.additionalProperties === false
      const target = part.$ref?.split('/').at(-1)
      if (target !== undefined) isFound ||= visit(target)
      return part
    })
    return isFound
  }
  return visit(name)
}

function toDirected(schema: JsonSchema, direction: Direction): JsonSchema {
  return direction === 'request' ? schema : mapSchema(schema, open)
}

function open(schema: JsonSchema): JsonSchema {
  if (schema.additionalProperties !== false) return schema
  const { additionalProperties: _, ...rest } = schema
  return rest
}

function toReference(schema: JsonSchema, names: ReadonlyMap<string, string>): JsonSchema {
  const name = names.get(schema.$ref?.split('/').at(-1) ?? '')
  return name === undefined ? schema : { ...schema, $ref: `#/components/schemas/${name}` }
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}
