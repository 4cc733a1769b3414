/**
 * The first deploy takes over what `kubectl apply` has set, and what of it is planned no more goes. A dry
 * run does not see that: the take-over is a write of its own. So it is played here, by the owners of fields.
 */
import type { Manifest } from '../manifests/manifest.ts'

/** Fields as Kubernetes writes who owns them: `f:name` of a map, `k:{…}` of a list by key, `v:…` of a set. */
interface Fields {
  readonly [field: string]: Fields
}

/** Who owns which fields. */
interface Owner {
  readonly fieldsV1?: object
}

/** Gives `object` without the fields of `left` that no owner in `others` has. */
export function withoutAbandoned(
  object: Manifest,
  left: readonly Owner[],
  others: readonly Owner[],
): Manifest {
  const kept = others.map(({ fieldsV1 = {} }) => fieldsV1 as Fields)
  return left.reduce<unknown>(
    (rest, { fieldsV1 = {} }) => without(rest, fieldsV1 as Fields, kept),
    object,
  ) as Manifest
}

function without(value: unknown, fields: Fields, others: readonly Fields[]): unknown {
  if (Array.isArray(value)) return withoutItems(value, fields, others)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([name, item]) => {
    const rest = toRest(item, { field: `f:${name}`, fields, others })
    return rest === undefined ? [] : [[name, rest] as const]
  })
  return Object.fromEntries(entries)
}

function withoutItems(
  items: readonly unknown[],
  fields: Fields,
  others: readonly Fields[],
): unknown {
  return items.flatMap((item) => {
    const field = Object.keys(fields).find((one) => isOf(one, item))
    const rest = field === undefined ? item : toRest(item, { field, fields, others })
    return rest === undefined ? [] : [rest]
  })
}

interface Step {
  readonly field: string
  readonly fields: Fields
  readonly others: readonly Fields[]
}

/** What stays of a value; nothing when nobody else has any of it. */
function toRest(value: unknown, { field, fields, others }: Step): unknown {
  const own = fields[field]
  if (own === undefined) return value
  const rest = others.flatMap((one) => (one[field] === undefined ? [] : [one[field]]))
  const isWhole = Object.keys(own).every((name) => name === '.')
  if (isWhole) return rest.length === 0 ? undefined : value
  const inner = without(value, own, rest)
  return rest.length === 0 && isEmpty(inner) ? undefined : inner
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** `k:{"name":"web"}` is the item with that name, `v:"a"` the item that is it. Source: Kubernetes, FieldsV1. */
function isOf(field: string, item: unknown): boolean {
  const mark = field.slice(0, 2)
  if (mark !== 'k:' && mark !== 'v:') return false
  const wanted = toValue(field.slice(2))
  if (mark === 'v:') return wanted === item
  if (typeof item !== 'object' || item === null || typeof wanted !== 'object' || wanted === null)
    return false
  return Object.entries(wanted).every(
    ([name, value]) => (item as Readonly<Record<string, unknown>>)[name] === value,
  )
}

function toValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
