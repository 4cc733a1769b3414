import { PAGE } from '../../convention/contract-wire.ts'
import { PROTOCOL_CODES } from '../../convention/problem.ts'
import { toBytes } from './byte-size.ts'
import { toMilliseconds } from './duration.ts'
import { isFile } from './file.ts'
import type { Operation, OperationSpec } from './operation.ts'
import { isPage } from './page.ts'
import { findParameterProblems } from './parameter-problems.ts'
import type { WireObject } from './wire-schema.ts'
import { findWireTruth } from './wire-truth.ts'
import { type PlacedSchema, schemasOf } from './schemas-of.ts'
import { defOf, isOmittable } from './zod-def.ts'

/** Names that mean something else on the object a client is. */
const TAKEN_NAMES: ReadonlySet<string> = new Set(
  'then catch finally constructor prototype toString toJSON valueOf service calls fail'.split(' '),
)

/** Codes that clients give calls which got no declared answer. */
const CLIENT_CODES: ReadonlySet<string> = new Set(['cancelled', 'bad_response', 'undeclared'])

/** Gives everything that is wrong with one operation, its path aside. */
export function findOperationProblems(
  name: string,
  { spec, method }: Operation,
): readonly string[] {
  return [
    ...findNameProblems(name),
    ...findOptionProblems(spec),
    ...findReplyProblems(spec, method),
    ...findErrorProblems(spec),
    ...schemasOf(spec).flatMap(([place, schema]) => findWireTruth(schema, place).problems),
    ...schemasOf(spec).flatMap(findAbsence),
    ...findParameterProblems(spec),
  ].map((problem) => `${name}.${problem}`)
}

function findNameProblems(name: string): readonly string[] {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) return ['name: is no camelCase name']
  return TAKEN_NAMES.has(name) ? ['name: means something else on a client'] : []
}

function findOptionProblems(spec: OperationSpec): readonly string[] {
  const { timeout, maxBody, deprecated, idempotency, body } = spec
  return [
    ...(timeout === undefined || toMilliseconds(timeout) !== undefined
      ? []
      : [`timeout: ${JSON.stringify(timeout)} is no length of time: "800ms", "2s"`]),
    ...(maxBody === undefined || toBytes(maxBody) !== undefined
      ? []
      : [`maxBody: ${JSON.stringify(maxBody)} is no size: "1MiB"`]),
    ...(maxBody !== undefined && isFile(body) ? ['maxBody: give file() the size'] : []),
    ...(deprecated === undefined || deprecated === true || isDay(deprecated)
      ? []
      : [`deprecated: ${JSON.stringify(deprecated)} is no day: "2027-01-31"`]),
    ...(idempotency === undefined || idempotency === 'key' || typeof idempotency === 'boolean'
      ? []
      : ['idempotency: is neither "key" nor true nor false']),
  ]
}

function isDay(text: unknown): boolean {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

function findReplyProblems(spec: OperationSpec, method: string): readonly string[] {
  const { ok, events, query } = spec
  const [status, type] = toPair(ok)
  const isEmpty = typeof ok === 'number' || ok === undefined
  return [
    ...(ok !== undefined && events !== undefined ? ['events: stands beside ok: one of them'] : []),
    ...(events !== undefined && method !== 'GET' && method !== 'POST'
      ? ['events: only GET and POST give events']
      : []),
    ...(isSuccess(status) ? [] : [`ok: ${String(status)} is no status of a success: 200–299`]),
    ...(!isEmpty && (status === 204 || status === 205) ? [`ok: ${status} has no body`] : []),
    ...(method === 'HEAD' && (!isEmpty || events !== undefined)
      ? ['ok: a reply to HEAD has no body']
      : []),
    ...(isPage(type) && !hasCursor(query)
      ? [`query: a page() needs ${PAGE.cursor}: z.string().optional()`]
      : []),
  ]
}

function toPair(ok: OperationSpec['ok']): readonly [status: unknown, type: unknown] {
  if (Array.isArray(ok)) return [ok[0], ok[1]]
  return typeof ok === 'number' ? [ok, undefined] : [ok === undefined ? 204 : 200, ok]
}

function isSuccess(status: unknown): boolean {
  return Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 299
}

function hasCursor(query: WireObject | undefined): boolean {
  return isOmittable(defOf(query)?.shape?.[PAGE.cursor])
}

/** Only a request's body may be left out: a reply of nothing is a status alone. */
function findAbsence([place, schema]: PlacedSchema): readonly string[] {
  const isAbsent = place !== 'body' && defOf(schema)?.type === 'optional'
  return isAbsent ? [`${place}: is always there: use .nullable(), or a status alone`] : []
}

function findErrorProblems({ errors = {} }: OperationSpec): readonly string[] {
  return Object.entries(errors).flatMap(([code, declared]) => {
    const status: unknown = Array.isArray(declared) ? declared[0] : declared
    return [
      ...(/^[a-z][a-z0-9_]*$/.test(code) ? [] : [`errors.${code}: is no code: a–z, 0–9 and _`]),
      ...(Object.hasOwn(PROTOCOL_CODES, code) || CLIENT_CODES.has(code)
        ? [`errors.${code}: the code means something else already`]
        : []),
      ...(Number.isInteger(status) && Number(status) >= 400 && Number(status) <= 599
        ? []
        : [`errors.${code}: ${String(status)} is no status of an error: 400–599`]),
    ]
  })
}
