import type { BodyPlan } from '../../convention/service-plan.ts'
import { invalid } from './build-path.ts'
import type { WireBody } from './wire.ts'

/** What a file can be given as. */
export type FileInput =
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>

/** A body ready for the wire. */
export interface EncodedBody {
  readonly body: WireBody
  readonly contentType: string | undefined
  /** It can be sent again: a stream is read once. */
  readonly repeatable: boolean
}

const NONE: EncodedBody = { body: undefined, contentType: undefined, repeatable: true }
const JSON_TYPE = 'application/json'
const ANY_BYTES = 'application/octet-stream'

/**
 * Spells a call's body. Throws SERVICEX_CALL_INVALID for what JSON cannot hold, a file that is none,
 * or one that is larger than the contract allows.
 */
export function encodeBody(name: string, plan: BodyPlan | undefined, value: unknown): EncodedBody {
  if (plan === undefined || value === undefined) return NONE
  if (plan.kind === 'file') return encodeFile(name, plan, value)
  try {
    const body = JSON.stringify(value)
    return { body, contentType: body === undefined ? undefined : JSON_TYPE, repeatable: true }
  } catch (error) {
    throw invalid(name, 'its body cannot be written as JSON', error)
  }
}

function encodeFile(
  name: string,
  { types, maxBytes = Infinity }: Extract<BodyPlan, { kind: 'file' }>,
  value: unknown,
): EncodedBody {
  const assertSize = (bytes: number): void => {
    if (bytes > maxBytes) throw invalid(name, `its file has ${bytes} bytes, more than ${maxBytes}`)
  }
  const [first = ANY_BYTES] = types
  const contentType = first.includes('*') ? ANY_BYTES : first
  if (typeof value === 'string' || value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    const body = toBytes(value)
    assertSize(body.length)
    return { body, contentType, repeatable: true }
  }
  if (value instanceof Blob) {
    assertSize(value.size)
    const body = limited(value.stream(), assertSize)
    return { body, contentType: value.type === '' ? contentType : value.type, repeatable: false }
  }
  if (isAsyncIterable(value))
    return { body: limited(value, assertSize), contentType, repeatable: false }
  throw invalid(name, `its file is of type ${typeof value}, not bytes or a stream of them`)
}

function toBytes(value: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}

async function* limited(
  chunks: AsyncIterable<unknown>,
  assertSize: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of chunks) {
    const next = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array)
    bytes += next.length
    assertSize(bytes)
    yield next
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
