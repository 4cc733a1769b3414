import { createHash } from 'node:crypto'
import { type IncomingRequest, headerOf } from './incoming-request.ts'
import type { ReadInput } from './read-input.ts'
import type { ServedOperation } from './served-operation.ts'

/** A request with an `Idempotency-Key`. */
export interface KeyedRequest {
  /** The key as one caller of one operation has it: another caller's is another key. */
  readonly key: string
  /** A digest of what is asked for. */
  readonly digest: string
}

/** Headers that say who calls. */
const CALLER_HEADERS = ['authorization', 'cookie', 'x-api-key'] as const

/** Gives the key of a request; `undefined` where repetitions are not recognised: no key, or a file. */
export function toKeyedRequest(
  { name, model }: ServedOperation,
  request: IncomingRequest,
  { input, sentBody }: ReadInput,
): KeyedRequest | undefined {
  const { idempotencyKey, headers } = input
  if (idempotencyKey === undefined || model.idempotency !== 'key') return undefined
  if (model.request === 'file' || model.reply === 'file' || model.reply === 'events')
    return undefined
  const caller = CALLER_HEADERS.map((header) => headerOf(request.headers, header) ?? '')
  return {
    key: digestOf([name, idempotencyKey, ...caller, headers]),
    digest: digestOf([request.method, request.url, sentBody]),
  }
}

/** What a codec made of a header may be no JSON. */
function digestOf(parts: readonly unknown[]): string {
  const text = JSON.stringify(parts, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  return createHash('sha256').update(text).digest('base64url')
}
