import type { $ZodType } from 'zod/v4/core'
import { isFile } from './file.ts'
import type { OperationSpec } from './operation.ts'
import { isPage } from './page.ts'

/** A schema of an operation, and how its place is called: `body`, `ok.items[]`, `errors.archived`. */
export type PlacedSchema = readonly [place: string, schema: $ZodType]

/** Gives every schema of an operation with its place. */
export function schemasOf(spec: OperationSpec): readonly PlacedSchema[] {
  const { params, query, headers, body, ok, events, errors = {} } = spec
  const type: unknown = Array.isArray(ok) ? ok[1] : ok
  const places: readonly (readonly [string, unknown])[] = [
    ['params', params],
    ['query', query],
    ['headers', headers],
    ['body', isFile(body) ? undefined : body],
    ...(isPage(type)
      ? [['ok.items[]', type.item] as const]
      : [['ok', isFile(type) ? undefined : type] as const]),
    ['events', events],
    ...Object.entries(errors).map(
      ([code, declared]) =>
        [`errors.${code}`, Array.isArray(declared) ? declared[1] : undefined] as const,
    ),
  ]
  return places.filter(isPresent)
}

function isPresent(place: readonly [string, unknown]): place is PlacedSchema {
  return place[1] !== undefined && typeof place[1] !== 'number'
}
