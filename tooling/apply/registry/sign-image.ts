import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { Readable } from 'node:stream'
import { type ImageReference, toReferenceText, withVersion } from '../../parse/image-reference.ts'
import { toIndex, toManifest } from '../../plan/image/oci-json.ts'
import type { Descriptor, Digest, Manifest } from '../../plan/image/oci.ts'
import { MEDIA_TYPES } from '../../plan/image/oci.ts'
import {
  SIGNATURE_ANNOTATION,
  SIGNED_TYPE,
  toSignatureConfig,
  toSignatureManifest,
  toSignatureTag,
  toSignedText,
} from '../../plan/image/signature.ts'
import { toDigest } from './digest.ts'
import type { BlobSource, ManifestBytes, RegistryClient } from './registry-client.ts'

/** Whether an image had to be signed. */
export type SignOutcome = 'signed' | 'present'

/** An image in a registry. */
export type SignedImage = ImageReference & { readonly digest: Digest }

/**
 * Signs an image and, of an index, the images in it: who runs one of them checks that one.
 * Resolves with `present` when this key has signed all of them.
 */
export async function signImages(
  client: RegistryClient,
  image: SignedImage,
  key: KeyObject,
): Promise<SignOutcome> {
  const outcomes: SignOutcome[] = []
  for (const digest of await listImages(client, image))
    outcomes.push(await signImage(client, { ...image, digest }, key))
  return outcomes.includes('signed') ? 'signed' : 'present'
}

/** Lists what is signed of an image: the images in it, one a platform, then itself. */
export async function listImages(
  client: RegistryClient,
  image: SignedImage,
): Promise<readonly Digest[]> {
  const { json } = await client.readManifest(withVersion(image, { digest: image.digest }))
  const where = toReferenceText(image)
  const children = Array.isArray(json['manifests']) ? toIndex({ where, value: json }).manifests : []
  return [...children.map(({ digest }) => digest), image.digest]
}

/**
 * Signs one image with a key, as cosign does: the signature is a document under a tag of its own beside
 * the image, for cosign, Podman, CRI-O and Kyverno to check. Signatures by others are kept; one by this
 * key is not made twice.
 */
async function signImage(
  client: RegistryClient,
  image: SignedImage,
  key: KeyObject,
): Promise<SignOutcome> {
  const place = toReferenceText(withVersion(image))
  const signed = toBlob(Buffer.from(toSignedText(place, image.digest)), SIGNED_TYPE)
  const before = await readSignatures(client, image)
  if (before.some((layer) => isBy(key, layer, signed))) return 'present'
  const signature = sign('sha256', signed.bytes, key).toString('base64')
  const ours = { ...signed.descriptor, annotations: { [SIGNATURE_ANNOTATION]: signature } }
  const layers = [...before, ours]
  const config = toJsonBlob(toSignatureConfig(layers), MEDIA_TYPES.config)
  await client.writeBlob(image, toSource(signed))
  await client.writeBlob(image, toSource(config))
  const list = toJsonBlob(toSignatureManifest(config.descriptor, layers), MEDIA_TYPES.manifest)
  await client.replaceManifest(image, list, toSignatureTag(image.digest))
  return 'signed'
}

async function readSignatures(
  client: RegistryClient,
  image: SignedImage,
): Promise<readonly Descriptor[]> {
  const list = withVersion(image, { tag: toSignatureTag(image.digest) })
  const found = await client.resolve(list)
  if (found === undefined) return []
  const { json } = await client.readManifest(withVersion(image, { digest: found.digest }))
  return toManifest({ where: toReferenceText(list), value: json }).layers
}

/** The text of a signature is known: it is enough that the digests are the same. */
function isBy(key: KeyObject, { digest, annotations }: Descriptor, signed: ManifestBytes): boolean {
  const signature = annotations?.[SIGNATURE_ANNOTATION]
  if (signature === undefined || digest !== signed.descriptor.digest) return false
  return verify('sha256', signed.bytes, createPublicKey(key), Buffer.from(signature, 'base64'))
}

function toJsonBlob(value: Manifest | object, mediaType: string): ManifestBytes {
  return toBlob(Buffer.from(JSON.stringify(value)), mediaType)
}

function toBlob(bytes: Buffer, mediaType: string): ManifestBytes {
  return { descriptor: { mediaType, digest: toDigest(bytes), size: bytes.length }, bytes }
}

function toSource({ descriptor, bytes }: ManifestBytes): BlobSource {
  return { descriptor, open: (start) => Readable.from([bytes.subarray(start)]) }
}
