import type { $ZodType } from 'zod/v4/core'
import { toJsonSchema } from './json-schema.ts'
import type { OperationSpec } from './operation.ts'
import { defOf, isOmittable } from './zod-def.ts'
import type { WireObject } from './wire-schema.ts'
import { toWireText } from './wire-text.ts'
import { findWireTruth } from './wire-truth.ts'

/** Headers that a contract may not declare: they are HTTP's, OpenAPI's or servicex's own. */
const FOREIGN_HEADERS: ReadonlySet<string> = new Set(
  (
    'host connection content-length content-type content-encoding transfer-encoding te trailer upgrade keep-alive ' +
    'expect accept authorization cookie set-cookie traceparent tracestate baggage x-request-id ' +
    'x-request-timeout-ms idempotency-key last-event-id'
  ).split(' '),
)

/** Gives what is wrong with the parameters of an operation: each must be writable as text. */
export function findParameterProblems(spec: OperationSpec): readonly string[] {
  const { params, query, headers } = spec
  return [
    ...findSharedNames(spec),
    ...findMemberProblems('params', params),
    ...findMemberProblems('query', query),
    ...findMemberProblems('headers', headers),
    ...Object.keys(defOf(headers)?.shape ?? {}).flatMap(findHeaderProblems),
  ]
}

/** A client's call takes them all in one object, beside `body`. */
function findSharedNames({ params, query, headers, body }: OperationSpec): readonly string[] {
  const places = { params, query, headers }
  const taken = new Map<string, string>(body === undefined ? [] : [['body', 'body']])
  return Object.entries(places).flatMap(([place, parameters]) =>
    Object.keys(defOf(parameters)?.shape ?? {}).flatMap((name) => {
      const other = taken.get(name)
      taken.set(name, `${place}.${name}`)
      return other === undefined ? [] : [`${place}.${name}: has the name of ${other}`]
    }),
  )
}

function findMemberProblems(place: string, parameters: WireObject | undefined): readonly string[] {
  if (parameters === undefined) return []
  const def = defOf(parameters)
  if (def?.type !== 'object') return [`${place}: is no z.object()`]
  return Object.entries(def.shape ?? {}).flatMap(([name, member]) =>
    findTextProblems(`${place}.${name}`, member, place === 'params'),
  )
}

function findTextProblems(place: string, member: $ZodType, isInPath: boolean): readonly string[] {
  // What is no JSON is told of once, by the schema's own check.
  if (findWireTruth(member, place).problems.length > 0) return []
  const { schema, resolve } = toJsonSchema(member)
  const text = toWireText(schema, resolve)
  if (text === undefined || (isInPath && text.array))
    return [
      `${place}: cannot be written as text: a string, a number, a boolean${isInPath ? '' : ' or an array of them'}`,
    ]
  return isInPath && isOmittable(member) ? [`${place}: a part of the path is always there`] : []
}

function findHeaderProblems(name: string): readonly string[] {
  if (!/^[-a-z0-9]+$/.test(name)) return [`headers.${name}: is no header name in lower case`]
  return FOREIGN_HEADERS.has(name) ? [`headers.${name}: is not the contract's to declare`] : []
}
