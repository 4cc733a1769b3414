import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { parseJson, type ParsedJson } from './parse-json.ts'
import type { ReplyHeaders } from './policy.ts'
import { headerOf } from './problem.ts'

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
}
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i

type Decoder = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

/** Says whether a reply says of itself that it is JSON. */
export function isJson(headers: ReplyHeaders): boolean {
  return JSON_TYPE.test(headerOf(headers, 'content-type') ?? '')
}

/** Reads a collected body as JSON, decompressed; at most `maxBytes` are ever held of it. */
export function decodeJson(
  body: Buffer,
  headers: ReplyHeaders,
  maxBytes: number,
): ParsedJson | Promise<ParsedJson> {
  if (!isJson(headers))
    return { problem: `its content-type is ${shownType(headers)}, not application/json` }
  const encoding = headerOf(headers, 'content-encoding')?.toLowerCase()
  if (encoding === undefined || encoding === 'identity') return parseJson(body)
  const decoder = DECODERS[encoding]
  if (decoder === undefined) return { problem: 'its content-encoding is not known' }
  return decompress(decoder, body, maxBytes)
}

async function decompress(decoder: Decoder, body: Buffer, maxBytes: number): Promise<ParsedJson> {
  try {
    return parseJson(await decoder(body, { maxOutputLength: maxBytes }))
  } catch (error) {
    const isBomb = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    return { problem: isBomb ? tooLarge(maxBytes) : 'it cannot be decompressed' }
  }
}

/** Says that a body is beyond the limit. */
export function tooLarge(maxBytes: number): string {
  return `its body is larger than ${maxBytes} bytes`
}

/** The type as far as it can be shown: it comes from outside. */
function shownType(headers: ReplyHeaders): string {
  const type = /^[\w.+/-]{1,60}/.exec(headerOf(headers, 'content-type') ?? '')?.[0]
  return type ?? 'absent'
}
