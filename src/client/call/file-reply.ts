import type { Readable } from 'node:stream'
import type { ReplyHeaders } from './policy.ts'
import { headerOf } from './problem.ts'
import type { ReplyStream } from './wire.ts'

const TEN_MIB = 10_485_760

/**
 * A file that a reply brings, read once: `for await` over its bytes, or one of the methods. Whoever
 * does not want it calls `cancel()`; a file that nobody reads is dropped when it has been idle for 30 s.
 */
export class FileReply implements AsyncIterable<Uint8Array> {
  readonly contentType: string
  /** Its bytes, where the provider says so. */
  readonly length: number | undefined
  readonly #chunks: ReplyStream

  constructor(headers: ReplyHeaders, chunks: ReplyStream) {
    this.contentType = headerOf(headers, 'content-type') ?? 'application/octet-stream'
    const length = headerOf(headers, 'content-length')
    this.length = length === undefined ? undefined : Number(length)
    this.#chunks = chunks
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#chunks[Symbol.asyncIterator]()
  }

  /** Resolves with the whole file. Rejects when it has more than `maxBytes`, 10 MiB by default, or was cut. */
  async bytes(maxBytes: number = TEN_MIB): Promise<Uint8Array> {
    const chunks: Buffer[] = []
    let total = 0
    for await (const chunk of this.#chunks) {
      total += chunk.length
      if (total > maxBytes) throw new RangeError(`the file has more than ${maxBytes} bytes`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  }

  /** Resolves with the whole file as text. Rejects as `bytes()` does. */
  async text(maxBytes?: number): Promise<string> {
    return new TextDecoder().decode(await this.bytes(maxBytes))
  }

  /** Gives the bytes as a Node stream, for `pipeline`. */
  stream(): Readable {
    // Loaded when it is asked for: importing a client should cost next to nothing.
    const { Readable: NodeStream } = process.getBuiltinModule('node:stream')
    return NodeStream.from(this.#chunks, { objectMode: false })
  }

  /** Drops what is left, and its connection. */
  cancel(): void {
    this.#chunks.cancel()
  }
}
