import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Descriptor, Digest, ImageConfig, Index, Manifest } from './oci.ts'
import { isDigest } from './oci.ts'

/** JSON of unknown making, and whose it is. */
export interface ForeignJson {
  /** The reference of the image, for errors. */
  readonly where: string
  readonly value: unknown
}

/** Gives the manifest of an image. Throws SERVICEX_IMAGE_INVALID when a part that is built on is missing or malformed. */
export function toManifest({ where, value }: ForeignJson): Manifest {
  const { config, layers } = toRecord(where, 'manifest', value)
  if (!isDescriptor(config)) throw invalid(where, 'has a manifest without a config')
  if (!Array.isArray(layers) || !layers.every(isDescriptor))
    throw invalid(where, 'has a manifest with a layer that has no digest, length or type')
  return value as Manifest
}

/** Gives an index of images. Throws SERVICEX_IMAGE_INVALID when one of them has no digest, length or type. */
export function toIndex({ where, value }: ForeignJson): Index {
  const { manifests } = toRecord(where, 'index', value)
  if (!Array.isArray(manifests) || !manifests.every(isDescriptor))
    throw invalid(where, 'has an index with an image that has no digest, length or type')
  return value as Index
}

/** Gives the config of an image. Throws SERVICEX_IMAGE_INVALID when its platform or its layers are missing. */
export function toImageConfig({ where, value }: ForeignJson): ImageConfig {
  const { os, architecture, rootfs, config, history } = toRecord(where, 'config', value)
  if (typeof os !== 'string' || typeof architecture !== 'string')
    throw invalid(where, 'has a config without a platform')
  const diffIds = isRecord(rootfs) ? rootfs['diff_ids'] : undefined
  if (!Array.isArray(diffIds) || !diffIds.every(isDigestValue))
    throw invalid(where, 'has a config without the digests of its layers')
  if (config != null && !isRecord(config)) throw invalid(where, 'has a config that is no object')
  if (history != null && !(Array.isArray(history) && history.every(isRecord)))
    throw invalid(where, 'has a history that is no list')
  // Go writes an empty object as null.
  return {
    ...(value as ImageConfig),
    ...(config === null ? { config: {} } : {}),
    ...(history === null ? { history: [] } : {}),
  }
}

/** Says whether a value is a descriptor whose content can be named and proved. */
export function isDescriptor(value: unknown): value is Descriptor {
  if (!isRecord(value)) return false
  const { mediaType, digest, size, platform } = value
  const isSized = typeof size === 'number' && Number.isSafeInteger(size) && size >= 0
  const isPlaced =
    platform == null ||
    (isRecord(platform) &&
      typeof platform['os'] === 'string' &&
      typeof platform['architecture'] === 'string')
  return typeof mediaType === 'string' && isDigestValue(digest) && isSized && isPlaced
}

function isDigestValue(value: unknown): value is Digest {
  return typeof value === 'string' && isDigest(value)
}

function toRecord(where: string, what: string, value: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value
  throw invalid(where, `has no JSON object as its ${what}`)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(where: string, what: string): ServicexError {
  return new ServicexError('SERVICEX_IMAGE_INVALID', {
    summary: `${where} ${what}`,
    fix: 'push the image again, or name another one',
  })
}
