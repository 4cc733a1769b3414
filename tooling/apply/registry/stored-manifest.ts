import type { IncomingHttpHeaders } from 'node:http'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { ImageReference } from '../../parse/image-reference.ts'
import { toReferenceText } from '../../parse/image-reference.ts'
import { isDigest, isIndexType, isManifestType, MEDIA_TYPES } from '../../plan/image/oci.ts'
import { assertDigest, toDigest } from './digest.ts'
import type { StoredManifest } from './registry-client.ts'

/** The body and the headers of an answer that holds a manifest. */
export interface RawManifest {
  readonly bytes: Buffer
  readonly headers: IncomingHttpHeaders
}

/** What servers of files say of anything. */
const GENERIC_TYPES: ReadonlySet<string> = new Set([
  '',
  'application/json',
  'application/octet-stream',
  'text/plain',
])

/**
 * Gives a manifest as it came, proved by the digest it was asked for by, or by the one that the registry claims.
 *
 * Throws SERVICEX_IMAGE_DIGEST_MISMATCH, and SERVICEX_IMAGE_INVALID when it is no manifest or could be read as two kinds.
 */
export function toStored(
  reference: ImageReference,
  { bytes, headers }: RawManifest,
): StoredManifest {
  const where = toReferenceText(reference)
  const digest = toDigest(bytes)
  const claimed = String(headers['docker-content-digest'])
  if (reference.digest !== undefined) assertDigest(where, reference.digest, digest)
  else if (isDigest(claimed)) assertDigest(where, claimed, digest)
  const json = toObject(where, bytes)
  const mediaType = toStoredType(where, json, toMediaType(headers['content-type']))
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes, json }
}

/** Gives a media type without its parameters. */
export function toMediaType(header: string | undefined): string {
  return (header ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

/** Says whether a media type is one of the manifests that are understood. */
export function isKnownType(mediaType: string): boolean {
  return isIndexType(mediaType) || isManifestType(mediaType)
}

/** The media type of the answer counts; OCI makes the one in the body optional, but it may not contradict. */
function toStoredType(
  where: string,
  json: Readonly<Record<string, unknown>>,
  header: string,
): string {
  const hasManifests = Array.isArray(json['manifests'])
  const hasLayers = Array.isArray(json['layers'])
  const body = typeof json['mediaType'] === 'string' ? json['mediaType'] : undefined
  const implied = hasManifests ? MEDIA_TYPES.index : MEDIA_TYPES.manifest
  const type = GENERIC_TYPES.has(header) ? (body ?? implied) : header
  if (!isKnownType(type)) throw invalid(where, `is of the media type ${JSON.stringify(type)}`)
  // A document that is an image to one reader and an index to another: CVE-2021-41190.
  if (hasManifests === hasLayers || (body !== undefined && body !== type))
    throw invalid(where, 'does not say clearly whether it is an image or an index')
  if (isIndexType(type) !== hasManifests) throw invalid(where, `is no ${type}`)
  return type
}

function toObject(where: string, bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>
  } catch (cause) {
    throw invalid(where, 'has a manifest that is no JSON', cause)
  }
  throw invalid(where, 'has a manifest that is no JSON object')
}

function invalid(where: string, what: string, cause?: unknown): ServicexError {
  return new ServicexError('SERVICEX_IMAGE_INVALID', {
    summary: `${where} ${what.slice(0, 200)}`,
    fix: 'push the image again, or name another one',
    ...(cause === undefined ? {} : { cause }),
  })
}
