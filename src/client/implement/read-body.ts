import { isUtf8 } from 'node:buffer'
import { parseJson } from '../call/parse-json.ts'
import type { OperationModel } from '../contract/operation-model.ts'
import { isAmong, isJsonType, parseContentType } from './content-type.ts'
import { headerOf, type IncomingRequest } from './incoming-request.ts'
import { limited, ReceivedFile, tooLarge } from './received-file.ts'
import { Refusal } from './refusal.ts'

/**
 * Gives the body of a request: parsed JSON, a file still to be read, or `undefined`. Rejects with a
 * refusal: 415 for another type, 413 for too many bytes, 400 for what is no JSON.
 */
export async function readBody(
  operation: OperationModel,
  request: IncomingRequest,
): Promise<unknown> {
  const { request: kind, requestMaxBytes: maxBytes = 0 } = operation
  if (kind === 'none') return undefined
  if (Number(headerOf(request.headers, 'content-length')) > maxBytes) throw tooLarge(maxBytes)
  if (kind === 'file') return openFile(operation, request, maxBytes)
  if (request.parsedBody !== undefined) return request.parsedBody
  const bytes = await readBytes(request, maxBytes)
  if (bytes.length === 0) return undefined
  assertType(operation, request)
  return toJson(bytes)
}

function openFile(
  operation: OperationModel,
  request: IncomingRequest,
  maxBytes: number,
): ReceivedFile {
  const type = assertType(operation, request)
  const length = headerOf(request.headers, 'content-length')
  const bytes = request.parsedBody instanceof Uint8Array ? once(request.parsedBody) : request.body
  return new ReceivedFile(
    type,
    length === undefined ? undefined : Number(length),
    limited(bytes ?? once(Buffer.alloc(0)), maxBytes),
  )
}

/** Gives the type of the body, once it is one that the operation takes. */
function assertType({ requestTypes }: OperationModel, { headers }: IncomingRequest): string {
  const given = parseContentType(headerOf(headers, 'content-type'))
  const encoding = headerOf(headers, 'content-encoding') ?? 'identity'
  const isRight =
    given !== undefined &&
    (requestTypes === undefined ? isJsonType(given) : isAmong(given.type, requestTypes))
  if (!isRight || encoding.trim().toLowerCase() !== 'identity') {
    const types = (requestTypes ?? ['application/json']).join(', ')
    throw new Refusal('unsupported_media_type', {
      detail: isRight ? 'a body is taken uncompressed only' : `the body must be of type ${types}`,
      headers: isRight ? { 'accept-encoding': 'identity' } : { accept: types },
    })
  }
  return given.type
}

async function readBytes({ body }: IncomingRequest, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  if (body !== undefined) for await (const chunk of limited(body, maxBytes)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function toJson(bytes: Buffer): unknown {
  const parsed = isUtf8(bytes) ? parseJson(bytes) : { problem: 'not UTF-8' }
  if ('value' in parsed) return parsed.value
  throw invalidBody(`is ${parsed.problem}`)
}

function invalidBody(message: string): Refusal {
  return new Refusal('invalid_request', {
    detail: 'the body cannot be read',
    issues: [{ path: 'body', code: 'invalid_json', message }],
  })
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}
