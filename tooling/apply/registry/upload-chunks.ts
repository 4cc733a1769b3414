import { Readable } from 'node:stream'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { OpenUpload, UploadSource, UploadTarget } from './open-upload.ts'
import { beginUpload, endUpload, readTaken, toPushScopes, toUpload } from './open-upload.ts'
import { toLastError } from './registry-error.ts'
import { withRetry } from './retry.ts'

/** An upload, and how much of the content the registry holds. */
interface Progress {
  readonly upload: OpenUpload
  readonly offset: number
}

/** Sends a blob in parts; a part that breaks off goes on where the registry says that it has come to. */
export async function sendChunks(
  target: UploadTarget,
  source: UploadSource,
  begun?: OpenUpload,
): Promise<void> {
  let progress: Progress = { upload: begun ?? (await beginUpload(target)), offset: 0 }
  while (progress.offset < source.descriptor.size)
    progress = await sendChunk(target, source, progress)
  const { upload } = progress
  await endUpload(target, source.descriptor, { upload: () => Promise.resolve(upload), bytes: 0 })
}

async function sendChunk(
  target: UploadTarget,
  source: UploadSource,
  begun: Progress,
): Promise<Progress> {
  const { session, limits } = target
  let progress = begun
  try {
    return await withRetry(session.retry, async (count) => {
      if (count > 1) progress = await readProgress(target, progress.upload)
      const { upload, offset } = progress
      const bytes = Math.max(limits.chunkBytes, upload.minChunkBytes)
      const end = Math.min(source.descriptor.size, offset + bytes)
      return end === offset ? progress : patch(target, source, { upload, offset, end })
    })
  } catch (error) {
    const asked = { method: 'PATCH', url: progress.upload.location }
    throw toLastError(asked, error, session.retry.policy.attempts)
  }
}

async function patch(
  { session, repository }: UploadTarget,
  { descriptor, open }: UploadSource,
  { upload, offset, end }: Progress & { readonly end: number },
): Promise<Progress> {
  const request = {
    method: 'PATCH',
    url: upload.location,
    scopes: toPushScopes(repository),
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(end - offset),
      'content-range': `${offset}-${end - 1}`,
    },
    body: (): Readable =>
      Readable.from(take(open(offset), end - offset, descriptor.digest), { objectMode: false }),
  }
  return session.askOnce(
    request,
    readTaken(session, 202, (headers, asked) => ({
      upload: toUpload(headers, asked),
      offset: toOffset(headers.range) ?? end,
    })),
  )
}

/** Asks how far an upload has come. */
async function readProgress(
  { session, repository }: UploadTarget,
  { location, minChunkBytes }: OpenUpload,
): Promise<Progress> {
  const request = { method: 'GET', url: location, scopes: toPushScopes(repository) }
  return session.askOnce(
    request,
    readTaken(session, 204, (headers, asked) => ({
      upload: { ...toUpload(headers, asked), minChunkBytes },
      offset: toOffset(headers.range) ?? 0,
    })),
  )
}

/** `0-1023` says that 1024 bytes are there; registries say `0-0` of none too. */
function toOffset(range: string | undefined): number | undefined {
  const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(range ?? '')?.[1]
  if (last === undefined) return undefined
  return last === '0' ? 0 : Number(last) + 1
}

/** Passes on exactly so many bytes. */
async function* take(content: Readable, bytes: number, digest: string): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const chunk of content as AsyncIterable<Buffer>) {
    yield chunk.subarray(0, left)
    left -= Math.min(left, chunk.length)
    if (left === 0) return
  }
  throw new ServicexError('SERVICEX_IMAGE_DIGEST_MISMATCH', {
    summary: `the content of ${digest} ends ${left} bytes early; the push was broken off`,
    fix: 'run the command again, and let nothing change the files while it runs',
  })
}
