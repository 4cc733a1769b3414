import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { hasBlob, openBlobAt } from './blobs.ts'
import type { OpenUpload, UploadTarget } from './open-upload.ts'
import { toPushScopes, toUpload } from './open-upload.ts'
import type { BlobOutcome, BlobSource, Repository } from './registry-client.ts'
import type { Session } from './session.ts'
import { uploadBlob } from './upload.ts'

/** What a blob is written into, and how its source's registry is spoken to. */
export interface WriteTarget extends UploadTarget {
  readonly sessionOf: (registry: string) => Session
}

/**
 * Brings a blob into a repository by the least work: it is there, or is mounted from a repository of
 * the same registry, or is uploaded, or is streamed from another registry without being stored.
 */
export async function writeBlob(target: WriteTarget, source: BlobSource): Promise<BlobOutcome> {
  const { session, repository, sessionOf } = target
  const { descriptor, from, open } = source
  if (await hasBlob(session, repository, { digest: descriptor.digest, push: true }))
    return 'present'
  const mounted = await mount(target, source)
  if (mounted === 'mounted') return 'mounted'
  if (open !== undefined) {
    await uploadBlob(target, { descriptor, open }, mounted)
    return 'uploaded'
  }
  if (from === undefined) throw new TypeError(`the blob ${descriptor.digest} has no content`)
  const other = sessionOf(from.registry)
  const copy = {
    descriptor,
    open: (start: number) => openBlobAt(other, from, { descriptor, start }),
  }
  await uploadBlob(target, copy, mounted)
  return 'copied'
}

/** A registry that does not mount opens an upload instead, or refuses: then the blob goes the usual way. */
async function mount(
  { session, repository }: WriteTarget,
  { descriptor, from }: BlobSource,
): Promise<'mounted' | OpenUpload | undefined> {
  if (from === undefined || !isMountable(from, repository)) return undefined
  const query = new URLSearchParams({ mount: descriptor.digest, from: from.repository })
  const request = {
    method: 'POST',
    url: `/v2/${repository.repository}/blobs/uploads/?${query.toString()}`,
    scopes: [...toPushScopes(repository), { repository: from.repository, push: false }],
    headers: { 'content-length': '0' },
  }
  try {
    return await session.ask(request, async (answer, asked) => {
      if (answer.status !== 201 && answer.status !== 202) throw await session.toError(asked, answer)
      answer.body.resume()
      return answer.status === 201 ? 'mounted' : toUpload(answer.headers, asked.url)
    })
  } catch (error) {
    const isRefused =
      ServicexError.is(error) &&
      (error.code === 'SERVICEX_REGISTRY_DENIED' || error.code === 'SERVICEX_REGISTRY_FAILED')
    if (isRefused) return undefined
    throw error
  }
}

function isMountable(from: Repository, to: Repository): boolean {
  return from.registry === to.registry && from.repository !== to.repository
}
