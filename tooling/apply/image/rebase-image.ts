import { Readable } from 'node:stream'
import { type ImageReference, toReferenceText } from '../../parse/image-reference.ts'
import { toImageConfig, toIndex, toManifest } from '../../plan/image/oci-json.ts'
import {
  type Digest,
  type ImageConfig,
  type Index,
  isIndexType,
  type Manifest,
  MEDIA_TYPES,
  type Platform,
} from '../../plan/image/oci.ts'
import { type ImageDocuments, rebaseImage } from '../../plan/image/rebase.ts'
import { toDigest } from '../registry/digest.ts'
import { pullImage } from '../registry/pull-image.ts'
import type { ImagePush } from '../registry/push-image.ts'
import type {
  BlobSource,
  ManifestBytes,
  RegistryClient,
  StoredManifest,
} from '../registry/registry-client.ts'

/** An image that is there, for all its platforms. */
export interface StoredImage {
  readonly root: StoredManifest
  readonly images: readonly (ImageDocuments & { readonly platform: Platform })[]
}

/** The base to put it on. */
export interface BaseChoice {
  /** With its digest. */
  readonly reference: ImageReference
  readonly name: string
  readonly digest: Digest
}

/** Reads the manifests and configurations of an image; of an index, of all its platforms. */
export async function readStoredImage(
  client: RegistryClient,
  reference: ImageReference,
): Promise<StoredImage> {
  const root = await client.readManifest(reference)
  const { registry, repository } = reference
  const children = isIndexType(root.descriptor.mediaType)
    ? await Promise.all(
        toIndex({ where: toReferenceText(reference), value: root.json })
          .manifests.filter(({ platform }) => platform !== undefined && platform.os !== 'unknown')
          .map(({ digest }) => client.readManifest({ registry, repository, digest })),
      )
    : [root]
  const images = await Promise.all(
    children.map(async ({ json }) => readDocuments(client, reference, json)),
  )
  return { root, images }
}

/**
 * Gives an image on another base, ready to be pushed under a tag: its own layers are where they are,
 * the base's are mounted or streamed. Writes nothing.
 */
export async function toRebasedPush(
  client: RegistryClient,
  { stored, base, target }: RebaseRequest,
): Promise<Omit<ImagePush, 'target'>> {
  const where = toReferenceText(target)
  const rebased = await Promise.all(
    stored.images.map(async (image) => {
      const onto = await pullImage(client, base.reference, image.platform)
      return toParts(rebaseImage(where, image, { ...onto, ...base }), { base, target, image })
    }),
  )
  const manifests = rebased.map(({ manifest }) => manifest)
  const [first] = manifests
  if (first === undefined) throw new Error(`${where} has no images`)
  const blobs = [
    ...new Map(
      rebased.flatMap((each) => each.blobs).map((blob) => [blob.descriptor.digest, blob]),
    ).values(),
  ]
  if (!isIndexType(stored.root.descriptor.mediaType)) return { blobs, children: [], root: first }
  const index: Index = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.index,
    manifests: rebased.map(({ manifest, platform }) => ({ ...manifest.descriptor, platform })),
    annotations: rebased[0]?.annotations ?? {},
  }
  return { blobs, children: manifests, root: toBytes(MEDIA_TYPES.index, index) }
}

/** An image, the base to put it on, and where it is. */
export interface RebaseRequest {
  readonly stored: StoredImage
  readonly base: BaseChoice
  readonly target: ImageReference
}

interface RebasedParts {
  readonly platform: Platform
  readonly manifest: ManifestBytes
  readonly annotations: Readonly<Record<string, string>>
  readonly blobs: readonly BlobSource[]
}

function toParts(
  { config, layers, annotations }: ReturnType<typeof rebaseImage>,
  {
    base,
    target,
    image,
  }: Pick<RebaseRequest, 'base' | 'target'> & { readonly image: StoredImage['images'][number] },
): RebasedParts {
  const configBytes = toBytes(MEDIA_TYPES.config, config)
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: configBytes.descriptor,
    layers,
    annotations,
  }
  const own = new Set(image.manifest.layers.map(({ digest }) => digest))
  return {
    platform: image.platform,
    manifest: toBytes(MEDIA_TYPES.manifest, manifest),
    annotations,
    blobs: [
      ...layers.map((descriptor) => ({
        descriptor,
        from: own.has(descriptor.digest) ? target : base.reference,
      })),
      {
        descriptor: configBytes.descriptor,
        open: (start: number) => Readable.from([configBytes.bytes.subarray(start)]),
      },
    ],
  }
}

async function readDocuments(
  client: RegistryClient,
  reference: ImageReference,
  json: unknown,
): Promise<StoredImage['images'][number]> {
  const where = toReferenceText(reference)
  const manifest = toManifest({ where, value: json })
  const bytes = await client.readBlob(reference, manifest.config)
  const config = toImageConfig({ where, value: JSON.parse(bytes.toString('utf8')) })
  const { os, architecture, variant } = config
  const platform = variant === undefined ? { os, architecture } : { os, architecture, variant }
  return { manifest, config, platform }
}

function toBytes(mediaType: string, value: Manifest | ImageConfig | Index): ManifestBytes {
  const bytes = Buffer.from(JSON.stringify(value))
  return { descriptor: { mediaType, digest: toDigest(bytes), size: bytes.length }, bytes }
}
