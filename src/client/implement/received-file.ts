import { Refusal } from './refusal.ts'

/** A file that a caller sends, read once, as it comes: `for await` over its bytes, or `bytes()`. */
export class ReceivedFile implements AsyncIterable<Uint8Array> {
  readonly contentType: string
  /** Its bytes, where the caller says so; at most what the contract allows. */
  readonly sizeBytes: number | undefined
  readonly #chunks: AsyncIterable<Uint8Array>

  constructor(
    contentType: string,
    sizeBytes: number | undefined,
    chunks: AsyncIterable<Uint8Array>,
  ) {
    this.contentType = contentType
    this.sizeBytes = sizeBytes
    this.#chunks = chunks
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#chunks[Symbol.asyncIterator]()
  }

  /** Resolves with all of it, held in memory. */
  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    for await (const chunk of this) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
}

/** Gives the same bytes, and throws a refusal as soon as there are more than `maxBytes`, or when they break off. */
export async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0
  try {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      yield chunk
    }
  } catch (cause) {
    if (cause instanceof Refusal) throw cause
    // The connection broke: that is no failure of the handler which reads.
    throw new Refusal('invalid_request', { detail: 'the body breaks off', cause })
  }
}

/** Gives the refusal of a body that is too large; what is still on its way is not read. */
export function tooLarge(maxBytes: number): Refusal {
  return new Refusal('body_too_large', {
    detail: `the body has more than ${maxBytes} bytes`,
    headers: { connection: 'close' },
  })
}
