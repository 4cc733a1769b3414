import { array } from 'zod'
import { type $ZodType, toJSONSchema } from 'zod/v4/core'
import type { JsonSchema } from '../../convention/snapshot.ts'
import type { Resolve } from './wire-text.ts'
import { isSpeakable } from './unchecked-rules.ts'
import { defOf } from './zod-def.ts'

/** A schema as JSON, and what its references lead to. */
export interface SchemaWithDefinitions {
  readonly schema: JsonSchema
  /** By the name in `#/$defs/…`; what the app gave no id is called `__schema0`, `__schema1`, …. */
  readonly definitions: Readonly<Record<string, JsonSchema>>
  readonly resolve: Resolve
}

const DEFINITIONS = '#/$defs/'

/** Gives the JSON Schema of the side of a zod schema that stands on the wire. */
export function toJsonSchema(schema: $ZodType): SchemaWithDefinitions {
  // In an array, so that a schema with an id or one that holds itself becomes a definition like any other.
  const { items, $defs: definitions = {} } = toJSONSchema(array(schema), {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) =>
      correct(zodSchema, jsonSchema as Record<string, unknown>),
  }) as { readonly items: JsonSchema; readonly $defs?: Record<string, JsonSchema> }
  const resolve: Resolve = (target) =>
    target.$ref === undefined ? target : (definitions[target.$ref.slice(DEFINITIONS.length)] ?? {})
  return { schema: items, definitions, resolve }
}

/** Formats that JSON Schema or OpenAPI name. zod has further ones, which say nothing to anybody else. */
const FORMATS: ReadonlySet<string> = new Set(
  'date-time date time duration email hostname ipv4 ipv6 uri uuid'.split(' '),
)

function correct(zodSchema: $ZodType, json: Record<string, unknown>): void {
  // zod means that the value is frozen, OpenAPI that only replies have it.
  delete json['readOnly']
  if (typeof json['format'] === 'string' && !FORMATS.has(json['format'])) delete json['format']
  const unspeakable = patternsOf(zodSchema).filter((pattern) => !isSpeakable(pattern))
  if (unspeakable.length > 0) removePatterns(json, new Set(unspeakable.map(({ source }) => source)))
}

function patternsOf(schema: $ZodType): readonly RegExp[] {
  const def = defOf(schema)
  const checks = (def?.checks ?? []).map((check) => check._zod.def.pattern)
  return [def?.pattern, ...checks].filter((pattern) => pattern !== undefined)
}

function removePatterns(json: Record<string, unknown>, sources: ReadonlySet<string>): void {
  if (sources.has(String(json['pattern']))) delete json['pattern']
  if (!Array.isArray(json['allOf'])) return
  const rest = (json['allOf'] as JsonSchema[]).filter(
    ({ pattern }) => !sources.has(String(pattern)),
  )
  if (rest.length > 0) json['allOf'] = rest
  else delete json['allOf']
}
