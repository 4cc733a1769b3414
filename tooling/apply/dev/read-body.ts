import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'

/** Bounds of one body: as it comes, and decompressed. */
const BODY_LIMITS = { wireBytes: 8 * 2 ** 20, plainBytes: 32 * 2 ** 20 } as const

/** A body that was read, or the status of why it was not. */
export type BodyResult =
  | { readonly kind: 'body'; readonly wire: Buffer; readonly plain: Uint8Array }
  | { readonly kind: 'refused'; readonly status: 400 | 413 | 415; readonly reason: string }

type Decode = (bytes: Buffer) => Promise<Uint8Array>

const options = { maxOutputLength: BODY_LIMITS.plainBytes }
const DECODERS: Readonly<Record<string, Decode>> = {
  identity: async (bytes) => bytes,
  gzip: (bytes) => promisify<Buffer, object, Buffer>(gunzip)(bytes, options),
  deflate: (bytes) => promisify<Buffer, object, Buffer>(inflate)(bytes, options),
  br: (bytes) => promisify<Buffer, object, Buffer>(brotliDecompress)(bytes, options),
}

/** Reads a request's body within the limits, and decompresses it. Rejects when the client leaves. */
export async function readBody(request: IncomingMessage): Promise<BodyResult> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined
  if (decode === undefined) return refused(415, `content-encoding ${encoding} is not read here`)
  if (Number(request.headers['content-length']) > BODY_LIMITS.wireBytes) return tooLarge()
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength
    if (bytes > BODY_LIMITS.wireBytes) return tooLarge()
    chunks.push(chunk)
  }
  const wire = Buffer.concat(chunks)
  try {
    return { kind: 'body', wire, plain: await decode(wire) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : refused(400, `the body is no ${encoding}`)
  }
}

function tooLarge(): BodyResult {
  const { wireBytes, plainBytes } = BODY_LIMITS
  return refused(413, `a body may have ${wireBytes} bytes, and ${plainBytes} decompressed`)
}

function refused(status: 400 | 413 | 415, reason: string): BodyResult {
  return { kind: 'refused', status, reason }
}
