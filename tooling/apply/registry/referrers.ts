import type { Descriptor, Digest, Index } from '../../plan/image/oci.ts'
import { isDescriptor } from '../../plan/image/oci-json.ts'
import { MEDIA_TYPES } from '../../plan/image/oci.ts'
import { toDigest } from './digest.ts'
import { toNamedUrl } from './host.ts'
import { findManifest, putManifest } from './manifests.ts'
import { toAskedText } from './asked.ts'
import { readBytes } from './read-bytes.ts'
import type { ManifestBytes, Repository } from './registry-client.ts'
import { toLastError } from './registry-error.ts'
import { PassingFailure, withRetry } from './retry.ts'
import type { Session, SessionRequest } from './session.ts'

const MAX_INDEX_BYTES = 4 * 1024 * 1024
const MAX_PAGES = 50

/**
 * Lists the artifacts that name `subject`: by the referrers API, and by the fallback tag where a
 * registry does not have it.
 */
export async function listReferrers(
  session: Session,
  repository: Repository,
  subject: Digest,
): Promise<readonly Descriptor[]> {
  const referrers: Descriptor[] = []
  let next: string | URL | undefined = `/v2/${repository.repository}/referrers/${subject}`
  for (let page = 0; next !== undefined && page < MAX_PAGES; page += 1) {
    const found: Page | undefined = await readPage(session, repository, next)
    if (found === undefined) return (await readFallback(session, repository, subject)).manifests
    referrers.push(...found.manifests)
    next = found.next
  }
  return referrers
}

/**
 * Writes a manifest that names `subject`. A registry without the referrers API does not confirm the
 * subject: then the artifact is listed under the tag `sha256-…`. Source: distribution-spec 1.1.
 */
export async function writeReferrer(
  session: Session,
  repository: Repository,
  { manifest, subject }: { readonly manifest: ManifestBytes; readonly subject: Digest },
): Promise<void> {
  const headers = await putManifest(session, { repository }, manifest)
  if (headers?.['oci-subject'] === subject) return
  try {
    await withRetry(session.retry, () => list(session, repository, { manifest, subject }))
  } catch (error) {
    const path = `/v2/${repository.repository}/manifests/${toFallbackTag(subject)}`
    const asked = { method: 'PUT', url: new URL(path, session.url) }
    throw toLastError(asked, error, session.retry.policy.attempts)
  }
}

/** The artifact was there, or the registry said nothing of its subject: only the list tells. */
async function list(
  session: Session,
  repository: Repository,
  { manifest, subject }: { readonly manifest: ManifestBytes; readonly subject: Digest },
): Promise<void> {
  const isListed = ({ digest }: Descriptor): boolean => digest === manifest.descriptor.digest
  if ((await listReferrers(session, repository, subject)).some(isListed)) return
  const { manifests } = await readFallback(session, repository, subject)
  const index = toIndexBytes([...manifests, manifest.descriptor])
  await putManifest(session, { repository, tag: toFallbackTag(subject), moves: true }, index)
  const { manifests: written } = await readFallback(session, repository, subject)
  // Somebody else wrote the list at the same time.
  if (!written.some(isListed)) throw new PassingFailure('the list of referrers was written over')
}

/** The tag under which referrers are listed where there is no API for it. */
function toFallbackTag(subject: Digest): string {
  return subject.replace(':', '-')
}

interface Page {
  readonly manifests: readonly Descriptor[]
  readonly next?: URL
}

async function readPage(
  session: Session,
  { repository }: Repository,
  url: string | URL,
): Promise<Page | undefined> {
  const headers = { accept: MEDIA_TYPES.index }
  const request: SessionRequest = {
    method: 'GET',
    url,
    scopes: [{ repository, push: false }],
    headers,
  }
  return session.ask(request, async (answer, asked) => {
    if ([400, 404, 405].includes(answer.status)) {
      answer.body.resume()
      return undefined
    }
    if (answer.status !== 200) throw await session.toError(asked, answer)
    const text = (await readBytes(answer.body, MAX_INDEX_BYTES, toAskedText(asked))).toString(
      'utf8',
    )
    const manifests = toDescriptors(text)
    // A page of something that is no index is no referrers API.
    if (manifests === undefined) return undefined
    const link = /<([^>]{1,4096})>\s*;\s*rel="?next"?/.exec(String(answer.headers['link'] ?? ''))
    const next = link?.[1]
    if (next === undefined) return { manifests }
    return { manifests, next: toNamedUrl(next, { base: asked.url, what: 'next page' }) }
  })
}

async function readFallback(
  session: Session,
  { registry, repository }: Repository,
  subject: Digest,
): Promise<{ readonly manifests: readonly Descriptor[] }> {
  const stored = await findManifest(session, { registry, repository, tag: toFallbackTag(subject) })
  return { manifests: toDescriptors(stored?.bytes.toString('utf8') ?? '') ?? [] }
}

function toDescriptors(text: string): readonly Descriptor[] | undefined {
  try {
    const { manifests } = JSON.parse(text) as Partial<Index>
    return Array.isArray(manifests) ? manifests.filter(isDescriptor) : undefined
  } catch {
    return undefined
  }
}

function toIndexBytes(manifests: readonly Descriptor[]): ManifestBytes {
  const index: Index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests }
  const bytes = Buffer.from(JSON.stringify(index))
  return {
    bytes,
    descriptor: { mediaType: MEDIA_TYPES.index, digest: toDigest(bytes), size: bytes.length },
  }
}
