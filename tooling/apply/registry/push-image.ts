import type { ImageReference } from '../../parse/image-reference.ts'
import type { Artifact } from './artifact.ts'
import type { Descriptor } from '../../plan/image/oci.ts'
import type { BlobOutcome, BlobSource, ManifestBytes, RegistryClient } from './registry-client.ts'

/** An image to push: everything it is made of. */
export interface ImagePush {
  /** The repository, and the tag that is to name the image. */
  readonly target: ImageReference & { readonly tag: string }
  /** Layers and configs. */
  readonly blobs: readonly BlobSource[]
  /** The images of an index; none when `root` is an image itself. */
  readonly children: readonly ManifestBytes[]
  readonly root: ManifestBytes
  /** Documents about the image. They are there before its tag is: whoever sees the tag sees them. */
  readonly artifacts?: readonly Artifact[]
  /** What else is to be done before the tag is there: signatures. The image is there by its digest. */
  readonly beforeTag?: () => Promise<void>
}

/** What a push did. */
export interface PushOutcome {
  readonly digest: Descriptor['digest']
  readonly blobs: readonly PushedBlob[]
}

/** One blob of a push, and how it came to be in the registry. */
export interface PushedBlob {
  readonly descriptor: Descriptor
  readonly outcome: BlobOutcome
}

/**
 * Pushes an image: its blobs side by side, then its manifests, then its tag. A push that was broken off
 * changes nothing a reader sees, and is completed by the next one.
 *
 * Rejects with SERVICEX_IMAGE_TAG_TAKEN when the tag names another image: a tag is never moved.
 */
export async function pushImage(
  client: RegistryClient,
  { target, blobs, children, root, artifacts = [], beforeTag }: ImagePush,
  onBlob: (blob: PushedBlob) => void = () => undefined,
): Promise<PushOutcome> {
  const sources = [...blobs, ...artifacts.flatMap((artifact) => artifact.blobs)]
  const pushing = sources.map(async (source) => {
    const outcome = await client.writeBlob(target, source)
    const blob = { descriptor: source.descriptor, outcome }
    onBlob(blob)
    return blob
  })
  // Whatever one of them meets, the others are kept for the next run.
  await Promise.allSettled(pushing)
  const pushed = await Promise.all(pushing)
  for (const child of children) await client.writeManifest(target, child)
  if (artifacts.length > 0 || beforeTag !== undefined) await client.writeManifest(target, root)
  for (const { manifest, subject } of artifacts)
    await client.writeReferrer(target, manifest, subject.digest)
  await beforeTag?.()
  await client.writeManifest(target, root, target.tag)
  return { digest: root.descriptor.digest, blobs: pushed }
}
