import { createHash } from 'node:crypto'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Descriptor, Digest } from '../../plan/image/oci.ts'

/** Gives the SHA-256 digest of bytes. */
export function toDigest(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** Throws SERVICEX_IMAGE_DIGEST_MISMATCH unless `actual` is `expected`; `where` says whose content it is. */
export function assertDigest(where: string, expected: Digest, actual: string | undefined): void {
  if (actual === expected) return
  throw new ServicexError('SERVICEX_IMAGE_DIGEST_MISMATCH', {
    summary: `${where} is ${actual ?? 'of no digest'} — expected ${expected}; it was not used`,
    fix: 'run the command again; when it stays, the registry, a proxy or a disk changes content',
  })
}

/**
 * Passes on the bytes of a stream and proves them as they go: exactly `size` bytes, and at their end the digest.
 * Rejects with SERVICEX_IMAGE_DIGEST_MISMATCH before the last chunk is passed on.
 */
export async function* prove(
  content: AsyncIterable<Uint8Array>,
  { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
  where: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let length = 0
  let held: Uint8Array | undefined
  for await (const chunk of content) {
    length += chunk.length
    if (length > size) throw wrongLength(where, size, `more than ${size}`)
    hash.update(chunk)
    if (held !== undefined) yield held
    held = chunk
  }
  if (length < size) throw wrongLength(where, size, String(length))
  assertDigest(where, digest, `sha256:${hash.digest('hex')}`)
  if (held !== undefined) yield held
}

function wrongLength(where: string, expected: number, actual: string): ServicexError {
  return new ServicexError('SERVICEX_IMAGE_DIGEST_MISMATCH', {
    summary: `${where} has ${actual} bytes — expected ${expected}; it was not used`,
    fix: 'run the command again; when it stays, the registry, a proxy or a disk changes content',
  })
}
