import { array, object, optional, string } from 'zod'
import type { $ZodObject, $ZodType } from 'zod/v4/core'
import { JSON_BODY_MAX_BYTES } from '../../convention/contract-wire.ts'
import type { OperationFacts } from '../../convention/snapshot.ts'
import { toBytes } from './byte-size.ts'
import type { Contract } from './contract-types.ts'
import { toMilliseconds } from './duration.ts'
import { isFile } from './file.ts'
import type { ErrorTable, Method, Operation, OperationSpec } from './operation.ts'
import { isPage } from './page.ts'
import { toZod, toZodObject } from './zod-def.ts'

/** An operation with its short forms written out: what the snapshot, the provider and a direct client read. */
export interface OperationModel {
  readonly name: string
  readonly method: Method
  /** The template with the contract's base path. */
  readonly path: string
  readonly spec: OperationSpec
  readonly request: OperationFacts['request']
  readonly reply: OperationFacts['reply']
  readonly status: number
  readonly params: $ZodObject | undefined
  readonly query: $ZodObject | undefined
  readonly headers: $ZodObject | undefined
  /** Of a JSON body. */
  readonly body: $ZodType | undefined
  /** Of a JSON reply, a page's own among them. */
  readonly ok: $ZodType | undefined
  readonly event: $ZodType | undefined
  /** Of files. */
  readonly requestTypes: readonly string[] | undefined
  readonly replyTypes: readonly string[] | undefined
  readonly requestMaxBytes: number | undefined
  readonly errors: ReadonlyMap<string, ErrorModel>
  readonly timeoutMs: number | undefined
  readonly idempotency: OperationFacts['idempotency']
  readonly sunset: string | undefined
}

/** A declared error. */
export interface ErrorModel {
  readonly status: number
  readonly data: $ZodType | undefined
}

/** Gives the operations of a contract in the order they are declared. */
export function toOperationModels({ basePath, operations }: Contract): readonly OperationModel[] {
  return Object.entries(operations).map(([name, operation]) => toModel(name, operation, basePath))
}

function toModel(
  name: string,
  { method, path, spec }: Operation,
  basePath: string,
): OperationModel {
  const { params, query, headers, timeout, deprecated } = spec
  return {
    name,
    method,
    path: `${basePath}${path}`,
    spec,
    params: toZodObject(params),
    query: toZodObject(query),
    headers: toZodObject(headers),
    ...toRequest(spec),
    ...toReply(spec),
    errors: toErrors(spec),
    timeoutMs: timeout === undefined ? undefined : toMilliseconds(timeout),
    idempotency: toIdempotency(method, spec.idempotency),
    sunset: typeof deprecated === 'string' ? deprecated : undefined,
  }
}

type RequestModel = Pick<OperationModel, 'request' | 'body' | 'requestTypes' | 'requestMaxBytes'>

function toRequest({ body, maxBody }: OperationSpec): RequestModel {
  const nothing = { body: undefined, requestTypes: undefined, requestMaxBytes: undefined }
  if (body === undefined) return { ...nothing, request: 'none' }
  if (isFile(body))
    return {
      ...nothing,
      request: 'file',
      requestTypes: body.contentTypes,
      requestMaxBytes: body.maxBytes,
    }
  const requestMaxBytes = maxBody === undefined ? JSON_BODY_MAX_BYTES : toBytes(maxBody)
  return { ...nothing, request: 'json', body: toZod(body), requestMaxBytes }
}

type ReplyModel = Pick<OperationModel, 'reply' | 'status' | 'ok' | 'event' | 'replyTypes'>

function toReply({ ok = 204, events }: OperationSpec): ReplyModel {
  const nothing = { ok: undefined, event: undefined, replyTypes: undefined }
  if (events !== undefined)
    return { ...nothing, reply: 'events', status: 200, event: toZod(events) }
  if (typeof ok === 'number') return { ...nothing, reply: 'empty', status: ok }
  const [status, type] = isPair(ok) ? ok : ([200, ok] as const)
  if (isFile(type)) return { ...nothing, reply: 'file', status, replyTypes: type.contentTypes }
  if (!isPage(type)) return { ...nothing, reply: 'json', status, ok: toZod(type) }
  return { ...nothing, reply: 'page', status, ok: toPageSchema(toZod(type.item)) }
}

function toPageSchema(item: $ZodType): $ZodType {
  return object({ items: array(item), nextCursor: optional(string()) })
}

function isPair<Pair extends readonly unknown[]>(value: Pair | object): value is Pair {
  return Array.isArray(value)
}

function toErrors({ errors = {} }: OperationSpec): ReadonlyMap<string, ErrorModel> {
  return new Map(Object.entries(errors).map(([code, declared]) => [code, toError(declared)]))
}

function toError(declared: ErrorTable[string]): ErrorModel {
  if (typeof declared === 'number') return { status: declared, data: undefined }
  const [status, data] = declared
  return { status, data: toZod(data) }
}

const SAFE: ReadonlySet<Method> = new Set(['GET', 'HEAD', 'OPTIONS'])
const IDEMPOTENT: ReadonlySet<Method> = new Set(['PUT', 'DELETE'])

function toIdempotency(
  method: Method,
  declared: OperationSpec['idempotency'],
): OperationFacts['idempotency'] {
  if (SAFE.has(method)) return 'safe'
  if (declared === 'key') return 'key'
  if (declared === false) return 'none'
  return declared === true || IDEMPOTENT.has(method) ? 'idempotent' : 'none'
}
