import { Readable } from 'node:stream'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Descriptor, Digest } from '../../plan/image/oci.ts'
import { prove } from './digest.ts'
import { readBytes } from './read-bytes.ts'
import { toLastError } from './registry-error.ts'
import type { Repository } from './registry-client.ts'
import { PassingFailure, waitToRetry } from './retry.ts'
import type { ReadAnswer, Session, SessionRequest } from './session.ts'
import { toFailure } from './transport.ts'

/** Configs are small; a larger one is none. */
const MAX_SMALL_BLOB_BYTES = 4 * 1024 * 1024

/** Says whether a repository holds a blob. With `push`, with the right to write asked for at once. */
export async function hasBlob(
  session: Session,
  { repository }: Repository,
  { digest, push }: { readonly digest: Digest; readonly push: boolean },
): Promise<boolean> {
  const request: SessionRequest = {
    method: 'HEAD',
    url: toBlobPath(repository, digest),
    scopes: [{ repository, push }],
  }
  return session.ask(request, async (answer, asked) => {
    if (answer.status !== 200 && answer.status !== 404) throw await session.toError(asked, answer)
    answer.body.resume()
    return answer.status === 200
  })
}

/** Gives a blob's content, proved; a connection that breaks is resumed where it broke. */
export function openBlob(
  session: Session,
  repository: Repository,
  descriptor: Descriptor,
): Readable {
  const where = `the blob ${descriptor.digest} of ${repository.registry}/${repository.repository}`
  const content = readFrom(session, repository, { descriptor, start: 0 })
  return Readable.from(prove(content, descriptor, where), { objectMode: false })
}

/** Gives a blob's content from byte `start`. It is not proved: who puts it together does that. */
export function openBlobAt(session: Session, repository: Repository, part: BlobPart): Readable {
  return Readable.from(readFrom(session, repository, part), { objectMode: false })
}

/** The end of a blob. */
export interface BlobPart {
  readonly descriptor: Descriptor
  readonly start: number
}

/** Reads a small blob whole. */
export async function readBlob(
  session: Session,
  repository: Repository,
  descriptor: Descriptor,
): Promise<Buffer> {
  if (descriptor.size > MAX_SMALL_BLOB_BYTES)
    throw new ServicexError('SERVICEX_IMAGE_INVALID', {
      summary: `the blob ${descriptor.digest} of ${repository.registry}/${repository.repository} has ${descriptor.size} bytes — expected at most ${MAX_SMALL_BLOB_BYTES}`,
      fix: 'push the image again, or name another one',
    })
  return readBytes(
    openBlob(session, repository, descriptor),
    MAX_SMALL_BLOB_BYTES,
    session.url.host,
  )
}

async function* readFrom(
  session: Session,
  { repository }: Repository,
  { descriptor, start }: BlobPart,
): AsyncGenerator<Uint8Array> {
  const { digest, size } = descriptor
  const path = toBlobPath(repository, digest)
  let offset = start
  let failures = 0
  while (offset < size) {
    try {
      const request = toGet(path, repository, offset)
      const { body, skip } = await session.askOnce(request, readBody(session, offset))
      for await (const chunk of withoutStart(body, skip)) {
        offset += chunk.length
        failures = 0
        yield chunk
      }
      if (offset < size) throw new PassingFailure(`it ended after ${offset} of ${size} bytes`)
    } catch (error) {
      failures += 1
      const asked = { method: 'GET', url: new URL(path, session.url) }
      await waitToRetry(session.retry, toFailure(error), failures).catch((last: unknown) => {
        throw toLastError(asked, last, failures)
      })
    }
  }
}

function toGet(url: string, repository: string, offset: number): SessionRequest {
  return {
    method: 'GET',
    url,
    scopes: [{ repository, push: false }],
    headers: offset === 0 ? {} : { range: `bytes=${offset}-` },
  }
}

interface OpenBody {
  readonly body: Readable
  /** Bytes that are known already: a registry may not know ranges. */
  readonly skip: number
}

function readBody(session: Session, offset: number): ReadAnswer<OpenBody> {
  return async (answer, asked) => {
    if (answer.status === 200) return { body: answer.body, skip: offset }
    if (answer.status === 206) return { body: answer.body, skip: 0 }
    if (answer.status !== 404) throw await session.toError(asked, answer)
    answer.body.resume()
    throw new ServicexError('SERVICEX_IMAGE_NOT_FOUND', {
      summary: `${asked.url.host} has no blob ${asked.url.pathname}`,
      fix: 'push the image again: a part of it is gone',
    })
  }
}

async function* withoutStart(body: Readable, skip: number): AsyncGenerator<Buffer> {
  let left = skip
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (chunk.length > left) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}

function toBlobPath(repository: string, digest: Digest): string {
  return `/v2/${repository}/blobs/${digest}`
}
