import type { IncomingHttpHeaders } from 'node:http'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { ImageReference } from '../../parse/image-reference.ts'
import { toReferenceText } from '../../parse/image-reference.ts'
import type { Descriptor } from '../../plan/image/oci.ts'
import { isDigest, MEDIA_TYPES } from '../../plan/image/oci.ts'
import { assertDigest, toDigest } from './digest.ts'
import { toAskedText } from './asked.ts'
import { readBytes } from './read-bytes.ts'
import { toLastError } from './registry-error.ts'
import type { ManifestBytes, Repository, StoredManifest } from './registry-client.ts'
import { withRetry } from './retry.ts'
import type { Scope } from './scope.ts'
import type { ReadAnswer, Session, SessionRequest } from './session.ts'
import { isKnownType, toMediaType, toStored } from './stored-manifest.ts'

/** Source: OCI distribution-spec 1.1: registries take manifests of up to 4 MiB. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024

const ACCEPT = [
  MEDIA_TYPES.index,
  MEDIA_TYPES.manifest,
  MEDIA_TYPES.dockerIndex,
  MEDIA_TYPES.dockerManifest,
].join(', ')

/** Gives what a reference names now, or `undefined`; by HEAD, and by GET where a registry has no good HEAD. */
export async function resolveManifest(
  session: Session,
  reference: ImageReference,
): Promise<Descriptor | undefined> {
  const request = { ...toRequest(reference), method: 'HEAD' }
  const found = await session.ask(request, readHead(session, reference))
  if (found !== 'unclear') return found
  return (await findManifest(session, reference))?.descriptor
}

/** Reads a manifest and proves it; `undefined` when there is none. */
export async function findManifest(
  session: Session,
  reference: ImageReference,
): Promise<StoredManifest | undefined> {
  return session.ask({ ...toRequest(reference), method: 'GET' }, async (answer, asked) => {
    if (answer.status === 404) {
      answer.body.resume()
      return undefined
    }
    if (answer.status !== 200) throw await session.toError(asked, answer)
    const bytes = await readBytes(answer.body, MAX_MANIFEST_BYTES, toAskedText(asked))
    return toStored(reference, { bytes, headers: answer.headers })
  })
}

/** Reads a manifest and proves it. Rejects with SERVICEX_IMAGE_NOT_FOUND when there is none. */
export async function readManifest(
  session: Session,
  reference: ImageReference,
): Promise<StoredManifest> {
  const found = await findManifest(session, reference)
  if (found !== undefined) return found
  throw new ServicexError('SERVICEX_IMAGE_NOT_FOUND', {
    summary: `there is no image ${toReferenceText(reference)}`,
    fix: 'push it first, or name a tag that exists',
  })
}

/** Says under what a manifest is written. */
export interface ManifestTarget {
  readonly repository: Repository
  /** Absent: by its digest alone. */
  readonly tag?: string | undefined
  /** A tag that may name other content before: the fallback tag of referrers. */
  readonly moves?: boolean
}

/**
 * Writes a manifest and resolves with the headers of the answer, or `undefined` when it was there.
 *
 * Before every try the tag is looked at: one that names other content is not moved, and rejects with
 * SERVICEX_IMAGE_TAG_TAKEN.
 */
export async function putManifest(
  session: Session,
  target: ManifestTarget,
  manifest: ManifestBytes,
): Promise<IncomingHttpHeaders | undefined> {
  const { descriptor, bytes } = manifest
  assertDigest('the manifest to write', descriptor.digest, toDigest(bytes))
  const { registry, repository } = target.repository
  const reference = {
    registry,
    repository,
    ...(target.tag === undefined ? {} : { tag: target.tag }),
  }
  const named = target.tag === undefined ? { ...reference, digest: descriptor.digest } : reference
  const request = toPut(named, manifest)
  try {
    return await withRetry(session.retry, async () => {
      if (target.moves !== true && (await isThere(session, named, descriptor))) return undefined
      const headers = await session.askOnce(request, readPut(session))
      const confirmed = headers['docker-content-digest']
      if (confirmed !== undefined)
        assertDigest(`what ${session.url.host} wrote`, descriptor.digest, String(confirmed))
      return headers
    })
  } catch (error) {
    const asked = { method: 'PUT', url: new URL(request.url, session.url) }
    throw toLastError(asked, error, session.retry.policy.attempts)
  }
}

async function isThere(
  session: Session,
  named: ImageReference,
  { digest }: Descriptor,
): Promise<boolean> {
  const request = { ...toRequest(named), method: 'HEAD' }
  const scopes = [toScope(named, true)]
  const head = await session.askOnce({ ...request, scopes }, readHead(session, named))
  const found = head === 'unclear' ? (await findManifest(session, named))?.descriptor : head
  if (found === undefined) return false
  if (found.digest === digest) return true
  throw new ServicexError('SERVICEX_IMAGE_TAG_TAKEN', {
    summary: `${toReferenceText(named)} names another image; the tag was not moved`,
    details: [`it is ${found.digest}`, `built is ${digest}`],
    fix: 'commit a change and build again, or delete the tag in the registry',
  })
}

/** A registry may leave the digest or the length out of its answer, or not know HEAD: then it is unclear. */
function readHead(
  session: Session,
  reference: ImageReference,
): ReadAnswer<Descriptor | undefined | 'unclear'> {
  return async (answer, asked) => {
    if (answer.status === 404) return end(answer.body, undefined)
    if (answer.status === 405) return end(answer.body, 'unclear')
    if (answer.status !== 200) throw await session.toError(asked, answer)
    answer.body.resume()
    const { headers } = answer
    const digest = String(headers['docker-content-digest'] ?? '')
    const size = Number(headers['content-length'] ?? NaN)
    const mediaType = toMediaType(headers['content-type'])
    if (!isDigest(digest) || !Number.isSafeInteger(size) || !isKnownType(mediaType))
      return 'unclear'
    if (reference.digest !== undefined)
      assertDigest(toReferenceText(reference), reference.digest, digest)
    return { mediaType, digest, size }
  }
}

function readPut(session: Session): ReadAnswer<IncomingHttpHeaders> {
  return async (answer, asked) => {
    if (answer.status < 200 || answer.status > 299) throw await session.toError(asked, answer)
    return end(answer.body, answer.headers)
  }
}

function end<T>(body: { readonly resume: () => unknown }, value: T): T {
  body.resume()
  return value
}

function toRequest(reference: ImageReference): Omit<SessionRequest, 'method'> {
  const { repository, tag, digest } = reference
  return {
    url: `/v2/${repository}/manifests/${digest ?? tag ?? 'latest'}`,
    scopes: [toScope(reference, false)],
    headers: { accept: ACCEPT },
  }
}

function toPut(named: ImageReference, { descriptor, bytes }: ManifestBytes): SessionRequest {
  return {
    ...toRequest(named),
    method: 'PUT',
    scopes: [toScope(named, true)],
    headers: { 'content-type': descriptor.mediaType, 'content-length': String(bytes.length) },
    body: () => bytes,
  }
}

function toScope({ repository }: Repository, push: boolean): Scope {
  return { repository, push }
}
