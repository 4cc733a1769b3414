/**
 * Gives the same chunks, and calls `end` once when there will be no more: they are all read, reading
 * them failed, or the reader left, be it before it began. (A generator that has not begun does not
 * hear that it is told to return.)
 */
export function guarded(
  chunks: AsyncIterable<Uint8Array>,
  end: (how: { readonly complete: boolean }) => void,
): AsyncIterableIterator<Uint8Array> {
  let iterator: AsyncIterator<Uint8Array> | undefined
  let isOver = false
  const finish = (complete: boolean): void => {
    if (!isOver) end({ complete })
    isOver = true
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      iterator ??= chunks[Symbol.asyncIterator]()
      try {
        const result = await iterator.next()
        if (result.done === true) finish(true)
        return result
      } catch (error) {
        finish(true)
        throw error
      }
    },
    async return() {
      finish(false)
      if (iterator === undefined) discard(chunks)
      else await iterator.return?.()
      return { done: true, value: undefined }
    },
  }
}

/** What streams of Node and of the web have beside their iterator. */
interface Closable {
  destroy?(): unknown
  cancel?(): Promise<unknown>
}

/** Lets go of a stream that nobody has begun to read. */
export function discard(chunks: AsyncIterable<Uint8Array>): void {
  const stream = chunks as AsyncIterable<Uint8Array> & Closable
  if (stream.destroy !== undefined) stream.destroy()
  else if (stream.cancel !== undefined) stream.cancel().catch(() => undefined)
  else
    chunks[Symbol.asyncIterator]()
      .return?.()
      .catch(() => undefined)
}
