import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { ImageReference } from '../../parse/image-reference.ts'
import { toReferenceText } from '../../parse/image-reference.ts'
import { toImageConfig, toIndex, toManifest } from '../../plan/image/oci-json.ts'
import type { Descriptor, ImageConfig, Manifest, Platform } from '../../plan/image/oci.ts'
import { isIndexType, toPlatformText } from '../../plan/image/oci.ts'
import { isPlatform, pickPlatform } from '../../plan/image/platform.ts'
import type { RegistryClient, StoredManifest } from './registry-client.ts'

/** The parts of an image that are documents; its layers are left where they are. */
export interface PulledImage {
  /** What the reference names: the image, or an index of images. */
  readonly root: Descriptor
  /** The image for the platform asked for. */
  readonly descriptor: Descriptor
  readonly manifest: Manifest
  readonly config: ImageConfig
}

/**
 * Reads the manifest and the config of an image for a platform, proved by their digests.
 *
 * Rejects with SERVICEX_IMAGE_NOT_FOUND when there is no such image or none for the platform, and with
 * SERVICEX_IMAGE_INVALID when its documents do not fit each other.
 */
export async function pullImage(
  client: RegistryClient,
  reference: ImageReference,
  platform: Platform,
): Promise<PulledImage> {
  const stored = await client.readManifest(reference)
  const root = stored.descriptor
  const image = isIndexType(root.mediaType)
    ? await readChild(client, reference, { stored, platform })
    : stored
  const where = toReferenceText(reference)
  const manifest = toManifest({ where, value: image.json })
  const config = toConfig(where, await client.readBlob(reference, manifest.config))
  if (config.rootfs.diff_ids.length !== manifest.layers.length)
    throw invalid(where, 'has another number of layers in its config than in its manifest')
  if (!isPlatform(config, platform)) throw absent(where, platform, [toPlatformText(config)])
  return { root, descriptor: image.descriptor, manifest, config }
}

async function readChild(
  client: RegistryClient,
  reference: ImageReference,
  { stored, platform }: { readonly stored: StoredManifest; readonly platform: Platform },
): Promise<StoredManifest> {
  const where = toReferenceText(reference)
  const { manifests } = toIndex({ where, value: stored.json })
  const child = pickPlatform(manifests, platform)
  if (child === undefined) throw absent(where, platform, manifests.map(platformOf))
  const { registry, repository } = reference
  return client.readManifest({ registry, repository, digest: child.digest })
}

function platformOf({ platform }: Descriptor): string {
  return platform === undefined ? 'unknown' : toPlatformText(platform)
}

function toConfig(where: string, bytes: Buffer): ImageConfig {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw invalid(where, 'has a config that is no JSON', cause)
  }
  return toImageConfig({ where, value })
}

function absent(where: string, platform: Platform, present: readonly string[]): ServicexError {
  const known = [...new Set(present)].filter((text) => !text.startsWith('unknown')).join(', ')
  return new ServicexError('SERVICEX_IMAGE_NOT_FOUND', {
    summary: `${where} has no image for ${toPlatformText(platform)}`,
    details: known === '' ? [] : [`it has ${known}`],
    fix: 'name a platform that it has, or another base image',
  })
}

function invalid(where: string, what: string, cause?: unknown): ServicexError {
  return new ServicexError('SERVICEX_IMAGE_INVALID', {
    summary: `${where} ${what}`,
    fix: 'push the image again, or name another one',
    ...(cause === undefined ? {} : { cause }),
  })
}
