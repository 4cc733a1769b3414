import type { JsonSchema } from '../../convention/snapshot.ts'

/** How the text of a path, query or header parameter is read. */
export interface WireText {
  /** It may stand there more than once (query), or hold several parts separated by commas (header). */
  readonly array: boolean
  /** What one text may mean, tried in this order: a number, a boolean, else the text itself. */
  readonly number: boolean
  readonly boolean: boolean
}

/** Gives how a parameter of this schema is written as text; `undefined` for what has no one way: objects, null, arrays of arrays. */
export function toWireText(schema: JsonSchema, resolve: Resolve): WireText | undefined {
  const target = resolve(schema)
  if (target.type === 'array') {
    const { items } = target
    const item = typeof items === 'object' ? toScalar(items, resolve) : undefined
    return item && { ...item, array: true }
  }
  const scalar = toScalar(target, resolve)
  return scalar && { ...scalar, array: false }
}

/** Follows a reference. */
export type Resolve = (schema: JsonSchema) => JsonSchema

type Scalar = Omit<WireText, 'array'>

function toScalar(schema: JsonSchema, resolve: Resolve): Scalar | undefined {
  const target = resolve(schema)
  const variants = target.anyOf ?? target.oneOf
  if (variants !== undefined) return merge(variants.map((variant) => toScalar(variant, resolve)))
  const types = target.type === undefined ? typesOfValues(target) : [target.type].flat()
  if (types.length === 0 || !types.every((type) => SCALARS.has(type))) return undefined
  return {
    number: types.includes('number') || types.includes('integer'),
    boolean: types.includes('boolean'),
  }
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean'])

function typesOfValues({ enum: values, const: value }: JsonSchema): readonly string[] {
  const all = values ?? (value === undefined ? [] : [value])
  return all.map((each) => (each === null ? 'null' : typeof each))
}

function merge(variants: readonly (Scalar | undefined)[]): Scalar | undefined {
  const known = variants.filter((variant) => variant !== undefined)
  if (known.length !== variants.length) return undefined
  return {
    number: known.some(({ number }) => number),
    boolean: known.some(({ boolean }) => boolean),
  }
}

/** JSON's own spelling of a number; `0x10`, `Infinity` and an empty text are none. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/

/** Gives the value that a text stands for; the text itself where it stands for nothing better. */
export function fromText(text: string, { number, boolean }: WireText): unknown {
  if (number && NUMBER.test(text)) return Number(text)
  if (boolean && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
