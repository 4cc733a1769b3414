import type { Readable } from 'node:stream'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { PassingFailure } from './retry.ts'

/** The longest that a small answer may take to arrive. */
const DEADLINE_MS = 120_000

/** Reads the body of `where` whole. Rejects when it is longer than `maxBytes`, or drips for more than two minutes. */
export async function readBytes(body: Readable, maxBytes: number, where: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  const deadline = setTimeout(() => {
    body.destroy(new PassingFailure(`the answer did not end within ${DEADLINE_MS / 1000} s`))
  }, DEADLINE_MS)
  try {
    for await (const chunk of body) {
      chunks.push(chunk as Buffer)
      length += (chunk as Buffer).length
      if (length > maxBytes) throw tooLong(where, maxBytes)
    }
    return Buffer.concat(chunks)
  } finally {
    clearTimeout(deadline)
    body.destroy()
  }
}

function tooLong(where: string, maxBytes: number): ServicexError {
  return new ServicexError('SERVICEX_REGISTRY_FAILED', {
    summary: `the answer of ${where} is longer than ${maxBytes} bytes; the rest was not read`,
    fix: 'look into what answers at this address: it is no registry, or not a sane one',
  })
}
