import type { JsonSchema } from '../../../src/convention/snapshot.ts'

/** A schema of JSON Schema 2020-12; `true` takes every value, `false` none. */
export type SchemaOrBoolean = JsonSchema | boolean

/** Gives the schema that a JSON Pointer within `document` leads to; `undefined` when nothing is there. */
export function toReferredSchema(document: unknown, ref: string): SchemaOrBoolean | undefined {
  if (ref !== '#' && !ref.startsWith('#/')) return undefined
  let place: unknown = document
  for (const word of ref.split('/').slice(1)) {
    if (typeof place !== 'object' || place === null) return undefined
    const key = toKey(word)
    if (key === undefined || !Object.hasOwn(place, key)) return undefined
    place = (place as Readonly<Record<string, unknown>>)[key]
  }
  return isSchema(place) ? place : undefined
}

/** Says whether `value` can be a schema: an object or a boolean. */
export function isSchema(value: unknown): value is SchemaOrBoolean {
  if (typeof value === 'boolean') return true
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Undoes the escapes of a JSON Pointer in a URI fragment; `undefined` when they are malformed. */
function toKey(word: string): string | undefined {
  try {
    return decodeURIComponent(word).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return undefined
  }
}
