import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { type ImageReference, toReferenceText } from '../../parse/image-reference.ts'
import { type NodeStart, toImageConfig } from '../../plan/image/image-config.ts'
import { type ImageIdentity, toLabels } from '../../plan/image/labels.ts'
import { toIndex, toLayerDescriptor, toManifest } from '../../plan/image/manifest.ts'
import {
  type Descriptor,
  type Digest,
  type ImageConfig,
  type Manifest,
  MEDIA_TYPES,
} from '../../plan/image/oci.ts'
import { toDigest } from '../registry/digest.ts'
import type { PulledImage } from '../registry/pull-image.ts'
import type { BlobSource, ManifestBytes } from '../registry/registry-client.ts'
import type { MadeLayer, MadeLayers, PlatformLayers } from './make-image.ts'
import { toJson } from './make-image.ts'

/** What our layers are put on: an image of a registry, or what a Dockerfile made. */
export interface Base {
  /** What people call it, with its tag, and where it is; absent for what a Dockerfile made. */
  readonly origin?: { readonly name: string; readonly reference: ImageReference }
  /** One for each platform, in the order they were asked for. */
  readonly images: readonly PulledImage[]
  /** Says where a layer comes from. */
  readonly toSource: (layer: Descriptor) => BlobSource
}

/** What an image is made of. */
export interface ImageParts {
  readonly made: Pick<MadeLayers, 'platforms' | 'description' | 'record'>
  /** How a Node app is started; absent for a Dockerfile, which says so itself. */
  readonly start?: NodeStart
  /** Absent in a dry run that has never seen it. */
  readonly base?: Base
  readonly identity: Omit<
    ImageIdentity,
    'base' | 'descriptionDigest' | 'contractDigest' | 'recordDigest'
  >
  /** The compressed bytes of one of our layers. */
  readonly pathOf: (digest: Digest) => string
}

/** An image with all its documents, ready to be pushed or written. */
export interface AssembledImage {
  readonly images: readonly AssembledPlatform[]
  /** The index where there are several platforms, else the one manifest. */
  readonly root: ManifestBytes
  /** The manifests below an index. */
  readonly children: readonly ManifestBytes[]
  /** Every layer and config. */
  readonly blobs: readonly BlobSource[]
}

/** The image for one platform. */
export interface AssembledPlatform extends PlatformLayers {
  readonly manifest: Manifest
  readonly config: ImageConfig
  readonly descriptor: Descriptor
}

/** Gives an image its configurations, manifests and index. Reads nothing; the same parts give the same bytes. */
export function assembleImage(parts: ImageParts): AssembledImage {
  const labels = toImageLabels(parts)
  const images = parts.made.platforms.map((each, place) =>
    assemblePlatform(parts, { each, base: parts.base?.images[place], labels }),
  )
  const manifests = images.map(({ bytes }) => bytes)
  const [first] = manifests
  if (first === undefined) throw new Error('an image is for one platform at least')
  const isIndex = images.length > 1
  const index = toIndex(
    images.map(({ assembled }) => ({
      descriptor: assembled.descriptor,
      platform: assembled.target.platform,
    })),
    labels,
  )
  return {
    images: images.map(({ assembled }) => assembled),
    root: isIndex ? toBytes(MEDIA_TYPES.index, index) : first,
    children: isIndex ? manifests : [],
    blobs: toUnique(images.flatMap(({ blobs }) => blobs)),
  }
}

interface PlatformParts {
  readonly each: PlatformLayers
  readonly base: PulledImage | undefined
  readonly labels: Readonly<Record<string, string>>
}

function assemblePlatform(
  parts: ImageParts,
  { each, base, labels }: PlatformParts,
): {
  readonly assembled: AssembledPlatform
  readonly bytes: ManifestBytes
  readonly blobs: readonly BlobSource[]
} {
  const config = toImageConfig({
    platform: each.target.platform,
    layers: each.layers.map(({ diffId, name }) => ({ diffId, createdBy: `kube build: ${name}` })),
    revision: parts.identity.revision,
    committedAtSeconds: parts.identity.committedAtSeconds,
    labels,
    ...(parts.start === undefined ? {} : { start: parts.start }),
    ...(base === undefined ? {} : { base: base.config }),
  })
  const configBytes = toBytes(MEDIA_TYPES.config, config)
  const manifest = toManifest(
    configBytes.descriptor,
    { base: base?.manifest.layers ?? [], layers: each.layers },
    labels,
  )
  const bytes = toBytes(MEDIA_TYPES.manifest, manifest)
  const toSource = parts.base?.toSource
  const ofBase = manifest.layers.slice(0, base?.manifest.layers.length ?? 0)
  return {
    assembled: { ...each, manifest, config, descriptor: bytes.descriptor },
    bytes,
    blobs: [
      ...(toSource === undefined ? [] : ofBase.map(toSource)),
      ...each.layers.map((layer) => toLayerSource(layer, parts.pathOf)),
      toBytesSource(configBytes),
    ],
  }
}

function toImageLabels({ made, base, identity }: ImageParts): Record<string, string> {
  const { contract } = made.description
  const [image] = base?.images ?? []
  return toLabels({
    ...identity,
    descriptionDigest: toDigest(Buffer.from(toJson(made.description))),
    recordDigest: toDigest(Buffer.from(toJson(made.record))),
    ...(contract === undefined ? {} : { contractDigest: toDigest(Buffer.from(toJson(contract))) }),
    ...(base?.origin === undefined || image === undefined
      ? {}
      : { base: { name: base.origin.name, digest: image.root.digest } }),
  })
}

function toBytes(
  mediaType: string,
  value: Manifest | ImageConfig | ReturnType<typeof toIndex>,
): ManifestBytes {
  const bytes = Buffer.from(JSON.stringify(value))
  return { descriptor: { mediaType, digest: toDigest(bytes), size: bytes.length }, bytes }
}

function toLayerSource(layer: MadeLayer, pathOf: ImageParts['pathOf']): BlobSource {
  return {
    descriptor: toLayerDescriptor(layer),
    open: (start) => createReadStream(pathOf(layer.digest), { start }),
  }
}

function toBytesSource({ descriptor, bytes }: ManifestBytes): BlobSource {
  return { descriptor, open: (start) => Readable.from([bytes.subarray(start)]) }
}

/** Platforms share layers; each is pushed once. */
function toUnique(blobs: readonly BlobSource[]): BlobSource[] {
  return [...new Map(blobs.map((blob) => [blob.descriptor.digest, blob])).values()]
}

/** Gives the base's reference with the digest that is built on; nothing for what a Dockerfile made. */
export function toBaseText({ origin, images: [image] }: Base): string | undefined {
  if (origin === undefined || image === undefined) return undefined
  return toReferenceText({ ...origin.reference, digest: image.root.digest })
}
