import type { $ZodObject } from 'zod/v4/core'
import type { SnapshotParameter } from '../../convention/snapshot.ts'
import type { OperationModel } from './operation-model.ts'
import { parametersOf } from './path-template.ts'
import type { SchemaBook } from './schema-book.ts'
import { isOmittable } from './zod-def.ts'

/** Gives the parameters of an operation: those of the path in its order, then query and headers by name. */
export function toSnapshotParameters(
  model: OperationModel,
  book: SchemaBook,
): readonly SnapshotParameter[] {
  const { path, params, query, headers } = model
  const one = (name: string, place: SnapshotParameter['in'], shape: Shape): SnapshotParameter =>
    toParameter(name, place, { shape, book, operation: model.name })
  return [
    ...parametersOf(path).map((name) => one(name, 'path', shapeOf(params))),
    ...namesOf(query).map((name) => one(name, 'query', shapeOf(query))),
    ...namesOf(headers).map((name) => one(name, 'header', shapeOf(headers))),
  ]
}

type Shape = $ZodObject['_zod']['def']['shape']

function shapeOf(object: $ZodObject | undefined): Shape {
  return object?._zod.def.shape ?? {}
}

function namesOf(object: $ZodObject | undefined): readonly string[] {
  return Object.keys(shapeOf(object)).toSorted()
}

function toParameter(
  name: string,
  place: SnapshotParameter['in'],
  {
    shape,
    book,
    operation,
  }: { readonly shape: Shape; readonly book: SchemaBook; readonly operation: string },
): SnapshotParameter {
  const member = shape[name]
  if (member === undefined) return { name, in: place, required: true, schema: {} }
  const schema = book.toSchema(member, 'request', `${operation}_${name}`)
  const { description } = schema
  return {
    name,
    in: place,
    required: !isOmittable(member),
    ...(description !== undefined && { description }),
    ...(schema.deprecated === true && { deprecated: true }),
    schema,
  }
}
