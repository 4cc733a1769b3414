import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { Readable as ReadableStream } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { type ArchiveFile, planArchive } from '../../plan/image/archive-plan.ts'
import type { Digest } from '../../plan/image/oci.ts'
import {
  TAR_BLOCK_BYTES,
  toFolderHeader,
  toPaddingBytes,
  toTarHeader,
} from '../../plan/image/tar-header.ts'
import type { BlobSource, ManifestBytes, RegistryClient } from '../registry/registry-client.ts'
import type { AssembledImage } from './assemble-image.ts'

/** An image to write as one file, and where the layers of its base come from. */
export interface ArchiveRequest {
  readonly image: Pick<AssembledImage, 'root' | 'children' | 'blobs'>
  /** `registry.acme.example/apps/billing:3fa1c2e…`. */
  readonly name: string
  readonly client: RegistryClient
}

/** Writes an image to a file, whole or not at all, and the folders it stands in. Rejects with SERVICEX_USAGE where that cannot be. */
export async function writeArchive(path: string, request: ArchiveRequest): Promise<void> {
  const draft = join(dirname(path), `.${randomUUID()}.draft`)
  try {
    await mkdir(dirname(path), { recursive: true })
    await pipeline(openArchive(request), createWriteStream(draft))
    await rename(draft, path)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!UNWRITABLE.includes(code)) throw error
    throw new ServicexError('SERVICEX_USAGE', {
      summary: `${path} cannot be written (${code})`,
      fix: 'name a file in a folder that you may write to',
      cause: error,
    })
  } finally {
    await rm(draft, { force: true })
  }
}

/** What the system says of a path at which no file can be. */
const UNWRITABLE = ['EACCES', 'EEXIST', 'EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'EPERM', 'EROFS']

/**
 * Opens an image as a tar that is both an OCI layout (`oci-archive:`) and what `docker save` writes
 * (`docker-archive:`): any engine loads it. The base's layers are streamed from their registry, and proved.
 */
export function openArchive(request: ArchiveRequest): Readable {
  return ReadableStream.from(toTar(request), { objectMode: false })
}

async function* toTar({ image, name, client }: ArchiveRequest): AsyncGenerator<Uint8Array> {
  const manifests = new Map(
    [image.root, ...image.children].map((each) => [each.descriptor.digest, each]),
  )
  const sources = new Map(image.blobs.map((each) => [each.descriptor.digest, each]))
  yield toFolderHeader('blobs', 0)
  yield toFolderHeader('blobs/sha256', 0)
  for (const file of planArchive(toDocuments(image), name)) {
    yield toTarHeader(toEntry(file), 0)
    if (file.content.kind === 'text') yield Buffer.from(file.content.text)
    else yield* toBytes({ digest: file.content.digest, manifests, sources, client })
    yield new Uint8Array(toPaddingBytes(file.sizeBytes))
  }
  yield new Uint8Array(2 * TAR_BLOCK_BYTES)
}

interface Contents {
  readonly digest: Digest
  readonly manifests: ReadonlyMap<Digest, ManifestBytes>
  readonly sources: ReadonlyMap<Digest, BlobSource>
  readonly client: RegistryClient
}

async function* toBytes({
  digest,
  manifests,
  sources,
  client,
}: Contents): AsyncGenerator<Uint8Array> {
  const manifest = manifests.get(digest)
  if (manifest !== undefined) {
    yield manifest.bytes
    return
  }
  const source = sources.get(digest)
  if (source?.open !== undefined) yield* source.open(0) as AsyncIterable<Uint8Array>
  else if (source?.from !== undefined)
    yield* client.openBlob(source.from, source.descriptor) as AsyncIterable<Uint8Array>
  else throw new Error(`nothing says where ${digest} is`)
}

function toDocuments({
  root,
  children,
  blobs,
}: ArchiveRequest['image']): Parameters<typeof planArchive>[0] {
  const images = children.length === 0 ? [root] : children
  return {
    root: root.descriptor,
    images: images.map(({ descriptor, bytes }) => ({
      descriptor,
      manifest: JSON.parse(Buffer.from(bytes).toString('utf8')),
    })),
    blobs: blobs.map(({ descriptor }) => descriptor),
  }
}

function toEntry({ path, sizeBytes }: ArchiveFile): Parameters<typeof toTarHeader>[0] {
  return { kind: 'file', path, sizeBytes, isExecutable: false, content: { kind: 'text', text: '' } }
}
