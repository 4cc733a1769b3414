import type { JsonSchema, Snapshot } from '../../../src/convention/snapshot.ts'
import { nameOfReference } from './reference.ts'

/** Deeper than this, what is optional is left out and lists are empty: a schema may hold itself. */
const MAX_DEPTH = 6

const BY_FORMAT: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00',
  duration: 'P1D',
  uuid: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
  email: 'ada@example.com',
  uri: 'https://example.com/',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  hostname: 'example.com',
}

/** Texts that are tried for a pattern that has no format. */
const BY_PATTERN = [
  'text',
  'a',
  'A',
  '1',
  '1234',
  '12345',
  'abc123',
  'ABC123',
  '2026-01-31',
  '12:00:00',
  'dGV4dA==',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  '+12025550123',
  '10.0.0.0/8',
  '',
]

/** Gives a value that fits a schema: its example or default where it has one. The same schema gives the same value. */
export function toExample(schema: boolean | JsonSchema, snapshot: Snapshot, depth = 0): unknown {
  if (typeof schema === 'boolean') return null
  const name = nameOfReference(schema.$ref)
  if (name !== undefined)
    return toExample(snapshot.components.schemas[name] ?? {}, snapshot, depth + 1)
  const given = givenExample(schema)
  if (given !== undefined) return given
  const [first] = schema.anyOf ?? schema.oneOf ?? []
  if (first !== undefined) return toExample(first, snapshot, depth)
  if (schema.allOf !== undefined) return toMerged(schema, snapshot, depth)
  return toTyped(schema, snapshot, depth)
}

function givenExample(schema: JsonSchema): unknown {
  const examples = schema['examples']
  if (Array.isArray(examples) && examples.length > 0) return examples[0]
  return schema['example'] ?? schema.const ?? schema.default ?? schema.enum?.[0]
}

function toMerged(schema: JsonSchema, snapshot: Snapshot, depth: number): unknown {
  const { allOf = [], ...own } = schema
  // Several patterns of one text, or several parts of one object.
  if (own.type === 'string') return toText({ ...own, ...allOf[0] })
  const parts = [own, ...allOf].map((part) => toExample(part, snapshot, depth))
  const objects = parts.filter((part) => typeof part === 'object' && part !== null)
  return objects.length > 0 ? Object.assign({}, ...objects) : parts.at(-1)
}

function toTyped(schema: JsonSchema, snapshot: Snapshot, depth: number): unknown {
  const type = typeof schema.type === 'string' ? schema.type : (schema.type?.[0] ?? 'object')
  switch (type) {
    case 'string':
      return toText(schema)
    case 'integer':
    case 'number':
      return toNumber(schema, type)
    case 'boolean':
      return true
    case 'array':
      return toList(schema, snapshot, depth)
    case 'object':
      return toObject(schema, snapshot, depth)
    default:
      return null
  }
}

function toText({ format, pattern, minLength = 0, maxLength = Infinity }: JsonSchema): string {
  const fits = (text: string): boolean =>
    text.length >= minLength &&
    text.length <= maxLength &&
    (pattern === undefined || new RegExp(pattern, 'u').test(text))
  const known = format === undefined ? undefined : BY_FORMAT[format]
  const candidates = known === undefined ? BY_PATTERN : [known, ...BY_PATTERN]
  const found = candidates.find(fits)
  if (found !== undefined) return found
  return 'text'.padEnd(minLength, '.').slice(0, maxLength)
}

function toNumber(schema: JsonSchema, type: string): number {
  const least = schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1
  const most = schema.maximum ?? (schema.exclusiveMaximum ?? Infinity) - 1
  const wanted = Math.min(Math.max(1, Number.isFinite(least) ? least : 1), most)
  const step = schema.multipleOf ?? (type === 'integer' ? 1 : 0)
  return step === 0 ? wanted : Math.ceil(wanted / step) * step
}

function toList(schema: JsonSchema, snapshot: Snapshot, depth: number): readonly unknown[] {
  const { prefixItems, items = true, minItems = 0 } = schema
  if (prefixItems !== undefined)
    return prefixItems.map((item) => toExample(item, snapshot, depth + 1))
  const count = depth > MAX_DEPTH ? minItems : Math.max(minItems, schema.maxItems === 0 ? 0 : 1)
  return Array.from({ length: count }, () => toExample(items, snapshot, depth + 1))
}

function toObject(schema: JsonSchema, snapshot: Snapshot, depth: number): Record<string, unknown> {
  const required = new Set(schema.required ?? [])
  const members = Object.entries(schema.properties ?? {}).filter(
    ([name]) => depth <= MAX_DEPTH || required.has(name),
  )
  const { additionalProperties: rest } = schema
  const keys =
    typeof rest === 'object'
      ? [...required].filter((name) => !(name in (schema.properties ?? {})))
      : []
  return Object.fromEntries([
    ...members.map(([name, part]) => [name, toExample(part, snapshot, depth + 1)] as const),
    ...keys.map((name) => [name, toExample(rest as JsonSchema, snapshot, depth + 1)] as const),
  ])
}
