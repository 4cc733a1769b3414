import type { JsonSchema } from '../../../../src/convention/snapshot.ts'

/** Gives a number of 0 to 1, as `Math.random` does. */
export type Random = () => number

/** A generator of random numbers from a seed: mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const NAMES = ['a', 'b', 'c'] as const

/** Makes a schema of at most `depth` levels. */
export function makeSchema(random: Random, depth = 3): JsonSchema {
  const makers = depth > 0 ? [...LEAVES, makeArray, makeObject, makeObject, makeUnion] : LEAVES
  return pick(random, makers)(random, depth - 1)
}

/** Gives the schema with one of its parts made anew or changed a little. */
export function mutateSchema(random: Random, schema: JsonSchema): JsonSchema {
  if (random() < 0.15) return makeSchema(random, 2)
  if (schema.anyOf !== undefined && random() < 0.8) {
    const members = schema.anyOf
    const index = Math.floor(random() * members.length)
    const kept = members.filter((_, at) => at !== index)
    if (random() < 0.3 && kept.length > 0) return { anyOf: kept }
    if (random() < 0.3) return { anyOf: [...members, makeSchema(random, 1)] }
    return {
      anyOf: members.map((member, at) => (at === index ? mutateSchema(random, member) : member)),
    }
  }
  if (schema.items !== undefined && random() < 0.8) {
    return { ...schema, items: mutateSchema(random, schema.items as JsonSchema) }
  }
  if (schema.properties !== undefined) return mutateObject(random, schema)
  return mutateLeaf(random, schema)
}

/** Makes a value that fits the schema, with nothing in it that the schema does not name. */
export function makeValue(random: Random, schema: JsonSchema): unknown {
  if (schema.anyOf !== undefined) return makeValue(random, pick(random, schema.anyOf))
  if (schema.enum !== undefined) return pick(random, schema.enum)
  const type = pick(random, [schema.type ?? 'null'].flat())
  if (type === 'object') return makeObjectValue(random, schema)
  if (type === 'array') {
    const { minItems = 0, maxItems = minItems + 6 } = schema
    const length = minItems + Math.floor(random() * (maxItems - minItems + 1))
    return Array.from({ length }, () => makeValue(random, schema.items as JsonSchema))
  }
  if (type === 'string') {
    const { minLength = 0, maxLength = minLength + 8 } = schema
    return 'x'.repeat(minLength + Math.floor(random() * (maxLength - minLength + 1)))
  }
  const { minimum = -8, maximum = Math.max(8, minimum + 8) } = schema
  const whole = minimum + Math.floor(random() * (maximum - minimum + 1))
  if (type === 'integer') return whole
  if (type === 'number') return Math.min(maximum, whole + (random() < 0.5 ? 0.5 : 0))
  return type === 'boolean' ? random() < 0.5 : null
}

const LEAVES: readonly ((random: Random, depth: number) => JsonSchema)[] = [
  () => ({ type: 'boolean' }),
  () => ({ type: ['string', 'null'] }),
  (random) => ({ type: 'string', ...bounds(random, 'minLength', 'maxLength') }),
  (random) => ({ type: 'integer', ...bounds(random, 'minimum', 'maximum') }),
  (random) => ({ type: 'number', ...bounds(random, 'minimum', 'maximum') }),
  (random) => ({ type: 'string', enum: NAMES.filter(() => random() < 0.6).concat('a') }),
]

function makeArray(random: Random, depth: number): JsonSchema {
  return {
    type: 'array',
    items: makeSchema(random, depth),
    ...bounds(random, 'minItems', 'maxItems'),
  }
}

function makeObject(random: Random, depth: number): JsonSchema {
  const names = NAMES.filter(() => random() < 0.7)
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, makeSchema(random, depth)])),
    required: names.filter(() => random() < 0.5),
  }
}

function makeUnion(random: Random, depth: number): JsonSchema {
  const length = 1 + Math.floor(random() * 3)
  return { anyOf: Array.from({ length }, () => makeSchema(random, depth)) }
}

function mutateObject(random: Random, schema: JsonSchema): JsonSchema {
  const name = pick(random, NAMES)
  const { [name]: old, ...others } = schema.properties ?? {}
  const required = (schema.required ?? []).filter((member) => member !== name)
  const choice = random()
  if (old !== undefined && choice < 0.2) return { ...schema, properties: others, required }
  const now = old === undefined ? makeSchema(random, 1) : mutateSchema(random, old)
  const properties = { ...others, [name]: choice < 0.5 && old !== undefined ? old : now }
  return { ...schema, properties, required: random() < 0.5 ? [...required, name] : required }
}

function mutateLeaf(random: Random, schema: JsonSchema): JsonSchema {
  if (schema.enum !== undefined)
    return { type: 'string', enum: NAMES.filter(() => random() < 0.6).concat('b') }
  const { minLength: _, maxLength: __, minimum: ___, maximum: ____, ...bare } = schema
  if (schema.type === 'string') return { ...bare, ...bounds(random, 'minLength', 'maxLength') }
  const type = random() < 0.5 ? 'integer' : 'number'
  return { type, ...bounds(random, 'minimum', 'maximum') }
}

function bounds(random: Random, lower: string, upper: string): Record<string, number> {
  const low = Math.floor(random() * 3)
  return {
    ...(random() < 0.4 ? { [lower]: low } : {}),
    ...(random() < 0.4 ? { [upper]: low + 1 + Math.floor(random() * 3) } : {}),
  }
}

function makeObjectValue(random: Random, { properties = {}, required = [] }: JsonSchema): unknown {
  const names = Object.keys(properties).filter((name) => required.includes(name) || random() < 0.5)
  return Object.fromEntries(names.map((name) => [name, makeValue(random, properties[name] ?? {})]))
}

function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)] as Value
}
