import type { FileInput } from '../call/encode-body.ts'
import { FileReply } from '../call/file-reply.ts'

/** Gives a file as a reply brings it. */
export function toFile(given: FileInput): FileReply {
  const chunks = {
    async *[Symbol.asyncIterator]() {
      for await (const chunk of toChunks(given)) yield Buffer.from(chunk)
    },
    cancel: () => undefined,
    explain: () => undefined,
  }
  return new FileReply({}, chunks)
}

function toChunks(given: FileInput): AsyncIterable<Uint8Array> | readonly Uint8Array[] {
  if (typeof given === 'string') return [Buffer.from(given)]
  if (given instanceof ArrayBuffer || ArrayBuffer.isView(given))
    return [Buffer.from(given as never)]
  return given instanceof Blob ? given.stream() : given
}
