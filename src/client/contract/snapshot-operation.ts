import { EVENT_STREAM_TYPE } from '../../convention/contract-wire.ts'
import type {
  OperationFacts,
  SnapshotMedia,
  SnapshotOperation,
  SnapshotResponse,
} from '../../convention/snapshot.ts'
import { toOperationFacts } from './operation-facts.ts'
import type { OperationModel } from './operation-model.ts'
import { toProblemContent } from './problem-schema.ts'
import type { SchemaBook } from './schema-book.ts'
import { isOmittable } from './zod-def.ts'
import { toSnapshotParameters } from './snapshot-parameters.ts'

const JSON_TYPE = 'application/json'

/** Gives one operation of a snapshot. */
export function toSnapshotOperation(model: OperationModel, book: SchemaBook): SnapshotOperation {
  const { name, spec } = model
  const { summary, description, deprecated } = spec
  const parameters = toSnapshotParameters(model, book)
  const requestBody = toRequestBody(model, book)
  const facts = toOperationFacts(model, book)
  return {
    operationId: name,
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    ...(deprecated !== undefined && { deprecated: true }),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: toResponses(model, facts, book),
    'x-servicex': facts,
  }
}

function toRequestBody(model: OperationModel, book: SchemaBook): SnapshotOperation['requestBody'] {
  const { body, requestTypes, name } = model
  if (requestTypes !== undefined) return { required: true, content: toFileContent(requestTypes) }
  if (body === undefined) return undefined
  const schema = book.toSchema(body, 'request', `${name}_body`)
  return { required: !isOmittable(body), content: { [JSON_TYPE]: { schema } } }
}

function toFileContent(types: readonly string[]): Readonly<Record<string, SnapshotMedia>> {
  return Object.fromEntries(types.map((type) => [type, { schema: {} }]))
}

function toResponses(
  model: OperationModel,
  { errors }: OperationFacts,
  book: SchemaBook,
): SnapshotOperation['responses'] {
  const content = toReplyContent(model, book)
  // Keys that are numbers stand in their order by themselves.
  const statuses = new Set(Object.values(errors).map(({ status }) => status))
  return {
    [model.status]: { description: 'Success', ...(content && { content }) },
    ...Object.fromEntries([...statuses].map((status) => [status, toErrorResponse(status, errors)])),
    '4XX': OTHER_PROBLEM,
    '5XX': OTHER_PROBLEM,
  }
}

/** As ranges: generators take `default` for a success as well. */
const OTHER_PROBLEM: SnapshotResponse = {
  description: 'Any other problem',
  content: toProblemContent([]),
}

function toErrorResponse(status: number, errors: OperationFacts['errors']): SnapshotResponse {
  const declared = Object.entries(errors).filter(([, error]) => error.status === status)
  return {
    description: declared.map(([code]) => code).join(', '),
    content: toProblemContent(declared.map(([code, { data }]) => [code, data] as const)),
  }
}

function toReplyContent(model: OperationModel, book: SchemaBook): SnapshotResponse['content'] {
  const { ok, reply, replyTypes, name } = model
  if (replyTypes !== undefined) return toFileContent(replyTypes)
  if (reply === 'events') return { [EVENT_STREAM_TYPE]: { schema: { type: 'string' } } }
  if (ok === undefined) return undefined
  return { [JSON_TYPE]: { schema: book.toSchema(ok, 'reply', `${name}_ok`) } }
}
