import { suggestName } from '../../../src/convention/suggest-name.ts'
import type { KubernetesSchema } from './kubernetes-schema.ts'

/** What is looked at, and where it stands in the object. */
interface Place {
  readonly type: string
  readonly value: unknown
  readonly path: string
}

/**
 * Lists what in an object Kubernetes would not accept: a field that does not exist, with the nearest
 * one that does; a value of another type; a missing field. An object whose kind the schema does not
 * know, as a custom resource, has no findings.
 */
export function checkFields(object: object, schema: KubernetesSchema): string[] {
  const { apiVersion, kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown }
  const type = schema.kinds[`${String(apiVersion)}/${String(kind)}`]
  return type === undefined ? [] : checkValue({ type, value: object, path: '' }, schema)
}

function checkValue(place: Place, schema: KubernetesSchema): string[] {
  const { type, value } = place
  if (value === null || value === undefined) return []
  if (type.endsWith('[]')) return checkList(place, schema)
  if (type.startsWith('{')) return checkMap(place, schema)
  const fields = schema.types[type]
  if (fields !== undefined) return checkObject(place, fields, schema)
  const expectation = EXPECTATIONS[type]
  if (expectation === undefined || expectation.accepts(value)) return []
  return [`${place.path} is ${toShown(place)} — expected ${expectation.words}`]
}

function checkList(place: Place, schema: KubernetesSchema): string[] {
  const { type, value, path } = place
  if (!Array.isArray(value)) return [`${place.path} is ${toShown(place)} — expected a list`]
  return value.flatMap((item, index) =>
    checkValue({ type: type.slice(0, -2), value: item, path: `${path}[${index}]` }, schema),
  )
}

function checkMap(place: Place, schema: KubernetesSchema): string[] {
  const { type, value, path } = place
  if (!isRecord(value)) return [`${place.path} is ${toShown(place)} — expected an object`]
  return Object.entries(value).flatMap(([key, item]) =>
    checkValue({ type: type.slice(1, -1), value: item, path: join(path, key) }, schema),
  )
}

function checkObject(
  place: Place,
  fields: Readonly<Record<string, string>>,
  schema: KubernetesSchema,
): string[] {
  const { type, value, path } = place
  if (!isRecord(value)) return [`${place.path} is ${toShown(place)} — expected an object`]
  const types = new Map(Object.entries(fields).map(([name, of]) => [name.replace(/!$/, ''), of]))
  const missing = Object.keys(fields)
    .filter((name) => name.endsWith('!') && value[name.slice(0, -1)] === undefined)
    .map((name) => `${join(path, name.slice(0, -1))} is missing`)
  const found = Object.entries(value).flatMap(([name, item]) => {
    const fieldType = types.get(name)
    if (fieldType === undefined) return [toUnknownField(join(path, name), type, [...types.keys()])]
    return checkValue({ type: fieldType, value: item, path: join(path, name) }, schema)
  })
  return [...missing, ...found]
}

function toUnknownField(path: string, type: string, known: readonly string[]): string {
  const nearest = suggestName(path.replace(/^.*\./, ''), known)
  const hint = nearest === undefined ? '' : ` — did you mean ${nearest}?`
  return `${path} is no field of ${type.replace(/^(?:[A-Z][a-z]+)?V\d+(?=[A-Z])/, '')}${hint}`
}

interface Expectation {
  readonly words: string
  readonly accepts: (value: unknown) => boolean
}

/** Source: Kubernetes, apimachinery resource.Quantity. */
const QUANTITY = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[numkKMGTPE]i?|[eE][+-]?\d+)?$/

const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  string: { words: 'text', accepts: (value) => typeof value === 'string' },
  boolean: { words: 'true or false', accepts: (value) => typeof value === 'boolean' },
  int: { words: 'a whole number', accepts: (value) => Number.isSafeInteger(value) },
  number: { words: 'a number', accepts: (value) => typeof value === 'number' },
  intOrString: {
    words: 'a whole number or text',
    accepts: (value) => typeof value === 'string' || Number.isSafeInteger(value),
  },
  quantity: {
    words: 'a quantity, as 250m or 256Mi',
    accepts: (value) => typeof value === 'number' || QUANTITY.test(String(value)),
  },
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function join(path: string, name: string): string {
  const isPlain = /^[\w-]+$/.test(name)
  if (!isPlain) return `${path}[${JSON.stringify(name)}]`
  return path === '' ? name : `${path}.${name}`
}

/** Where a value may be a secret's. */
const UNSHOWN = /^(?:data|stringData)\b|\.env\[\d+\]\.value$/

/** A plain value is quoted and cut; one that may be secret is not shown. */
function toShown({ value, path }: Place): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' || value === undefined) return 'an object'
  if (UNSHOWN.test(path)) return `a ${typeof value}`
  const text = JSON.stringify(value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
