import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Descriptor } from '../../plan/image/oci.ts'
import { hasBlob } from './blobs.ts'
import { assertDigest } from './digest.ts'
import { toNamedUrl } from './host.ts'
import type { Repository } from './registry-client.ts'
import { toLastError } from './registry-error.ts'
import { withRetry } from './retry.ts'
import type { Scope } from './scope.ts'
import type { ReadAnswer, Session } from './session.ts'

/** Content to upload: it can be opened at any byte, again and again. */
export interface UploadSource {
  readonly descriptor: Descriptor
  readonly open: (start: number) => Readable
}

/** What an upload goes into, and how. */
export interface UploadTarget {
  readonly session: Session
  readonly repository: Repository
  readonly limits: UploadLimits
}

/** How contents are cut. */
export interface UploadLimits {
  /** Up to this length, a blob goes in one request. */
  readonly wholeBytes: number
  /** Longer ones go in parts of this length. */
  readonly chunkBytes: number
}

/** One request up to what most proxies let through; then parts, of which only the broken one is sent again. */
export const UPLOAD_LIMITS: UploadLimits = {
  wholeBytes: 64 * 1024 * 1024,
  chunkBytes: 16 * 1024 * 1024,
}

/** Where an upload goes on: registries may name another address after every part. */
export interface OpenUpload {
  readonly location: URL
  /** The registry takes no shorter parts than that, but the last. */
  readonly minChunkBytes: number
}

/** A registry, or a proxy before it, does not take an upload in this form: too long, no parts, or it is forgotten. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused'
  /** What to say when it takes it in no form. */
  readonly answer: ServicexError

  constructor(answer: ServicexError) {
    super(answer.message)
    this.answer = answer
  }
}

/** Statuses by which an upload is refused in one form, and may be taken in another. */
const REFUSED: ReadonlySet<number> = new Set([400, 404, 405, 411, 413, 416, 501])

/** Opens an upload. */
export async function beginUpload({ session, repository }: UploadTarget): Promise<OpenUpload> {
  const path = `/v2/${repository.repository}/blobs/uploads/`
  const headers = { 'content-length': '0' }
  const request = { method: 'POST', url: path, scopes: toPushScopes(repository), headers }
  return session.ask(request, async (answer, asked) => {
    if (answer.status !== 202) throw await session.toError(asked, answer)
    answer.body.resume()
    return toUpload(answer.headers, asked.url)
  })
}

/** Gives where an upload goes on: the address in the headers, else the one that was asked. */
export function toUpload(headers: IncomingHttpHeaders, asked: URL): OpenUpload {
  const { location } = headers
  const named = { base: asked, what: 'upload location' }
  const minimum = Number(headers['oci-chunk-min-length'] ?? 0)
  return {
    location: location === undefined ? asked : toNamedUrl(location, named),
    minChunkBytes: Number.isSafeInteger(minimum) ? minimum : 0,
  }
}

/** What an upload ends with. */
export interface UploadEnd {
  /** Gives the upload to end; asked before every try. */
  readonly upload: () => Promise<OpenUpload>
  /** The length of what is sent with the end. */
  readonly bytes: number
  readonly body?: () => Readable
}

/** Ends an upload by naming what it is. When an answer got lost, the registry is asked whether it has the blob. */
export async function endUpload(
  { session, repository }: UploadTarget,
  { digest }: Descriptor,
  { upload, bytes, body }: UploadEnd,
): Promise<void> {
  let url = session.url
  try {
    await withRetry(session.retry, async (count) => {
      if (count > 1 && (await hasBlob(session, repository, { digest, push: true }))) return
      const { location } = await upload()
      url = withDigest(location, digest)
      const headers = {
        'content-type': 'application/octet-stream',
        'content-length': String(bytes),
      }
      const scopes = toPushScopes(repository)
      const confirmed = await session.askOnce(
        { method: 'PUT', url, scopes, headers, body },
        readEnd(session),
      )
      if (confirmed !== undefined) assertDigest(`what ${url.host} wrote`, digest, confirmed)
    })
  } catch (error) {
    throw toLastError({ method: 'PUT', url }, error, session.retry.policy.attempts)
  }
}

/** Takes an answer with `status`; any other is an error, or says that the form is refused. */
export function readTaken<T>(
  session: Session,
  status: number,
  read: (headers: IncomingHttpHeaders, asked: URL) => T,
): ReadAnswer<T> {
  return async (answer, asked) => {
    if (answer.status !== status) {
      const error = await session.toError(asked, answer)
      throw REFUSED.has(answer.status) ? new UploadRefused(error) : error
    }
    answer.body.resume()
    return read(answer.headers, asked.url)
  }
}

/** Gives what writing into a repository needs. */
export function toPushScopes({ repository }: Repository): readonly Scope[] {
  return [{ repository, push: true }]
}

function readEnd(session: Session): ReadAnswer<string | undefined> {
  return readTaken(session, 201, (headers) => {
    const confirmed = headers['docker-content-digest']
    return confirmed === undefined ? undefined : String(confirmed)
  })
}

/** What stands in the query is the registry's, maybe signed: it is kept as it is. */
function withDigest(location: URL, digest: string): URL {
  const url = new URL(location)
  url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`
  return url
}
