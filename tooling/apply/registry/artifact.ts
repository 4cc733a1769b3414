import { Readable } from 'node:stream'
import type { Descriptor, Manifest } from '../../plan/image/oci.ts'
import { MEDIA_TYPES } from '../../plan/image/oci.ts'
import { toDigest } from './digest.ts'
import type { BlobSource, ManifestBytes } from './registry-client.ts'

/** A document about an image, to be stored beside it. */
export interface ArtifactParts {
  /** What it is; also the media type of its bytes. */
  readonly type: string
  readonly bytes: Uint8Array
  /** The name of its file, for who fetches it. */
  readonly title: string
  /** RFC 3339. */
  readonly created: string
  /** The image that it is about. */
  readonly subject: Descriptor
  /** What else is said of it where it is listed. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** A document in the form in which registries store it. */
export interface Artifact {
  readonly blobs: readonly BlobSource[]
  /** Its `subject` is the image. */
  readonly manifest: ManifestBytes
  readonly subject: Descriptor
}

/** An artifact has no config: this stands in its place. Source: image-spec 1.1, "Guidelines for Artifact Usage". */
const EMPTY = Buffer.from('{}')

/** Gives a document as an OCI artifact that refers to its image. */
export function toArtifact(parts: ArtifactParts): Artifact {
  const { type, bytes, title, created, subject } = parts
  const annotations = { 'org.opencontainers.image.created': created, ...parts.annotations }
  const config = toBlob(EMPTY, MEDIA_TYPES.empty)
  const content = toBlob(bytes, type)
  const { mediaType, digest, size } = subject
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: type,
    config: config.descriptor,
    layers: [{ ...content.descriptor, annotations: { 'org.opencontainers.image.title': title } }],
    subject: { mediaType, digest, size },
    annotations,
  }
  const manifestBytes = Buffer.from(JSON.stringify(manifest))
  const descriptor = {
    mediaType: MEDIA_TYPES.manifest,
    digest: toDigest(manifestBytes),
    size: manifestBytes.length,
    artifactType: type,
    annotations,
  }
  return { blobs: [config, content], manifest: { descriptor, bytes: manifestBytes }, subject }
}

function toBlob(bytes: Uint8Array, mediaType: string): BlobSource {
  const descriptor = { mediaType, digest: toDigest(bytes), size: bytes.length }
  return { descriptor, open: (start) => Readable.from([bytes.subarray(start)]) }
}
