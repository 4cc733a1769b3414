import type { Readable } from 'node:stream'
import { PassingFailure } from './retry.ts'

/** The longest that a small answer may take to arrive. */
const DEADLINE_MS = 120_000

/** Reads a body whole. Rejects when it is longer than `maxBytes`, or drips for more than two minutes. */
export async function readBytes(body: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  const deadline = setTimeout(() => {
    body.destroy(new PassingFailure(`the answer did not end within ${DEADLINE_MS / 1000} s`))
  }, DEADLINE_MS)
  try {
    for await (const chunk of body) {
      chunks.push(chunk as Buffer)
      length += (chunk as Buffer).length
      if (length > maxBytes) throw new RangeError(`the answer is longer than ${maxBytes} bytes`)
    }
    return Buffer.concat(chunks)
  } finally {
    clearTimeout(deadline)
    body.destroy()
  }
}
