import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import type { ImagePush } from '../../../tooling/apply/registry/push-image.ts'
import type { BlobSource, ManifestBytes } from '../../../tooling/apply/registry/registry-client.ts'
import type { ImageReference } from '../../../tooling/parse/image-reference.ts'
import type { Descriptor, Digest, Index, Manifest } from '../../../tooling/plan/image/oci.ts'
import { MEDIA_TYPES } from '../../../tooling/plan/image/oci.ts'

/** An image to push in tests: small, whole and valid. */
export interface SampleImage {
  readonly blobs: readonly BlobSource[]
  readonly manifest: ManifestBytes
  readonly layers: readonly Descriptor[]
  readonly config: Descriptor
}

/** What of a sample image may differ. */
export interface SampleOptions {
  readonly architecture?: string
  readonly env?: readonly string[]
}

/** Gives an image for linux/amd64 with one layer that holds one file, `/name`. */
export function toSampleImage(
  name: string,
  { architecture = 'amd64', env = [] }: SampleOptions = {},
): SampleImage {
  const tar = toTar(name)
  const layer = toBlob(gzipSync(tar), MEDIA_TYPES.layerGzip)
  const config = toBlob(
    toJson({
      architecture,
      os: 'linux',
      config: { Cmd: [`/${name}`], Env: env },
      rootfs: { type: 'layers', diff_ids: [toDigest(tar)] },
    }),
    MEDIA_TYPES.config,
  )
  const document: Manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: config.descriptor,
    layers: [layer.descriptor],
  }
  return {
    blobs: [layer, config],
    manifest: toManifestBytes(document, MEDIA_TYPES.manifest),
    layers: [layer.descriptor],
    config: config.descriptor,
  }
}

/** Gives what `pushImage` takes. */
export function toPush(
  { blobs, manifest }: SampleImage,
  target: ImageReference & { readonly tag: string },
): ImagePush {
  return { target, blobs, children: [], root: manifest }
}

/** Gives an index of images, one an architecture, as `pushImage` takes it. */
export function toIndexPush(
  images: Readonly<Record<string, SampleImage>>,
  target: ImageReference & { readonly tag: string },
): ImagePush {
  const index: Index = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.index,
    manifests: Object.entries(images).map(([architecture, { manifest }]) => ({
      ...manifest.descriptor,
      platform: { os: 'linux', architecture },
    })),
  }
  return {
    target,
    blobs: Object.values(images).flatMap(({ blobs }) => blobs),
    children: Object.values(images).map(({ manifest }) => manifest),
    root: toManifestBytes(index, MEDIA_TYPES.index),
  }
}

/** Gives a document as it is written. */
export function toManifestBytes(document: unknown, mediaType: string): ManifestBytes {
  const bytes = toJson(document)
  return { bytes, descriptor: { mediaType, digest: toDigest(bytes), size: bytes.length } }
}

/** Gives bytes as content to upload. */
export function toBlob(
  bytes: Buffer,
  mediaType = 'application/octet-stream',
): BlobSource & { readonly open: (start: number) => Readable } {
  return {
    descriptor: { mediaType, digest: toDigest(bytes), size: bytes.length },
    open: (start) => Readable.from([bytes.subarray(start)]),
  }
}

/** The SHA-256 digest of bytes. */
export function toDigest(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function toJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

/** An archive of one file. Source: POSIX ustar. */
function toTar(name: string): Buffer {
  const content = Buffer.from(`this is ${name}\n`)
  const header = Buffer.alloc(512)
  const fields: readonly (readonly [text: string, at: number])[] = [
    [name, 0],
    ['0000755\0', 100],
    ['0000000\0', 108],
    ['0000000\0', 116],
    [`${content.length.toString(8).padStart(11, '0')}\0`, 124],
    ['00000000000\0', 136],
    ['        ', 148],
    ['0', 156],
    ['ustar\0', 257],
    ['00', 263],
  ]
  for (const [text, at] of fields) header.write(text, at, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return Buffer.concat([header, content, Buffer.alloc(512 - content.length), Buffer.alloc(1024)])
}
