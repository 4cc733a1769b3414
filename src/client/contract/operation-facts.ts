import type { OperationFacts, UncheckedRule } from '../../convention/snapshot.ts'
import type { OperationModel } from './operation-model.ts'
import type { SchemaBook } from './schema-book.ts'
import { schemasOf } from './schemas-of.ts'
import { findWireTruth } from './wire-truth.ts'

/** Gives what a snapshot says of an operation beyond OpenAPI. */
export function toOperationFacts(model: OperationModel, book: SchemaBook): OperationFacts {
  const { name, event, timeoutMs, requestTypes, replyTypes, requestMaxBytes, sunset } = model
  const unchecked = toUnchecked(model)
  return {
    request: model.request,
    reply: model.reply,
    status: model.status,
    idempotency: model.idempotency,
    ...(timeoutMs !== undefined && { timeoutMs }),
    errors: toErrors(model, book),
    ...(event !== undefined && { event: book.toSchema(event, 'reply', `${name}_event`) }),
    ...(requestTypes && { requestTypes }),
    ...(replyTypes && { replyTypes }),
    ...(requestMaxBytes !== undefined && { requestMaxBytes }),
    ...(sunset !== undefined && { sunset }),
    ...(unchecked.length > 0 && { unchecked }),
  }
}

function toErrors({ name, errors }: OperationModel, book: SchemaBook): OperationFacts['errors'] {
  const codes = [...errors.keys()].toSorted()
  return Object.fromEntries(
    codes.map((code) => {
      const { status, data } = errors.get(code) ?? { status: 500, data: undefined }
      const schema = data && book.toSchema(data, 'reply', `${name}_${code}`)
      return [code, { status, ...(schema && { data: schema }) }]
    }),
  )
}

function toUnchecked({ spec }: OperationModel): readonly UncheckedRule[] {
  const rules = schemasOf(spec).flatMap(([place, schema]) => findWireTruth(schema, place).unchecked)
  const lines = new Map(rules.map((rule) => [`${rule.path} ${rule.rule}`, rule]))
  return [...lines].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule)
}
