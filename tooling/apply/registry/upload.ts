import { Readable } from 'node:stream'
import { prove } from './digest.ts'
import { UploadRefused } from './open-upload.ts'
import type { OpenUpload, UploadSource, UploadTarget } from './open-upload.ts'
import { beginUpload, endUpload } from './open-upload.ts'
import { sendChunks } from './upload-chunks.ts'

/**
 * Uploads a blob: in one request when it is short, in parts when it is long, and in the other form
 * when the registry does not take the first. `begun` is an upload that a mount has opened.
 */
export async function uploadBlob(
  target: UploadTarget,
  source: UploadSource,
  begun?: OpenUpload,
): Promise<void> {
  const isLong = source.descriptor.size > target.limits.wholeBytes
  const forms = isLong ? [sendChunks, sendChunks, sendWhole] : [sendWhole, sendChunks, sendChunks]
  for (const [index, form] of forms.entries()) {
    try {
      await form(target, source, index === 0 ? begun : undefined)
      return
    } catch (error) {
      if (!(error instanceof UploadRefused)) throw error
      if (index === forms.length - 1) throw error.answer
    }
  }
}

/** Sends a blob with the request that ends its upload. */
async function sendWhole(
  target: UploadTarget,
  { descriptor, open }: UploadSource,
  begun?: OpenUpload,
): Promise<void> {
  const where = `the content of ${descriptor.digest}`
  const body = (): Readable =>
    Readable.from(prove(open(0), descriptor, where), { objectMode: false })
  let next = begun
  await endUpload(target, descriptor, {
    bytes: descriptor.size,
    body,
    // Whoever breaks off in the middle begins anew: what a registry keeps of it is not said.
    upload: async () => {
      const upload = next ?? (await beginUpload(target))
      next = undefined
      return upload
    },
  })
}
