import { IMAGE_ANNOTATIONS, type ImageLayerName } from '../../../src/convention/image.ts'
import {
  type Descriptor,
  type Digest,
  type Index,
  type Manifest,
  MEDIA_TYPES,
  type Platform,
} from './oci.ts'

/** One of our layers as it is stored: compressed, with both its digests. */
export interface StoredLayer {
  readonly name: ImageLayerName
  /** Of the compressed bytes. */
  readonly digest: Digest
  /** Of the tar. */
  readonly diffId: Digest
  readonly compressedBytes: number
}

/** Gives the manifest of one image. Layers of an old Docker base take the OCI names of the same thing. */
export function toManifest(
  config: Descriptor,
  {
    base,
    layers,
  }: { readonly base: readonly Descriptor[]; readonly layers: readonly StoredLayer[] },
  annotations: Readonly<Record<string, string>>,
): Manifest {
  return {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config,
    layers: [...base.map(toOciLayer), ...layers.map(toLayerDescriptor)],
    annotations,
  }
}

/** Gives the index of images for several platforms. */
export function toIndex(
  images: readonly { readonly descriptor: Descriptor; readonly platform: Platform }[],
  annotations: Readonly<Record<string, string>>,
): Index {
  return {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.index,
    manifests: images.map(({ descriptor, platform }) => ({ ...descriptor, platform })),
    annotations,
  }
}

/** Gives the descriptor of one of our layers. */
export function toLayerDescriptor({ name, digest, compressedBytes }: StoredLayer): Descriptor {
  return {
    mediaType: MEDIA_TYPES.layerGzip,
    digest,
    size: compressedBytes,
    annotations: { [IMAGE_ANNOTATIONS.layer]: name },
  }
}

/** Gives a layer of a base under its OCI name. */
export function toOciLayer(layer: Descriptor): Descriptor {
  const { mediaType, digest, size } = layer
  return {
    mediaType: mediaType === MEDIA_TYPES.dockerLayerGzip ? MEDIA_TYPES.layerGzip : mediaType,
    digest,
    size,
  }
}
