import { gunzipSync } from 'node:zlib'
import { DECLARATION_FILES, IMAGE_ANNOTATIONS } from '../../../src/convention/image.ts'
import { type Description, DESCRIPTION_VERSION } from '../../../src/convention/description.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { type ImageReference, toReferenceText } from '../../parse/image-reference.ts'
import { toExceptions } from '../../parse/rule-settings.ts'
import { type CommitRecord, RECORD_VERSION } from '../../plan/deploy/commit-record.ts'
import type { Manifest } from '../../plan/image/oci.ts'
import { toDigest } from '../registry/digest.ts'
import type { RegistryClient } from '../registry/registry-client.ts'
import { findTarFile } from './tar-file.ts'

/** The documents of an image that its declaration is read by. */
export interface DeclaringImage {
  readonly reference: ImageReference
  readonly manifest: Manifest
  /** Of its configuration: they hold the digests of what the layer declares. */
  readonly labels: Readonly<Record<string, string>>
}

/** What `kube build` writes into an image for its deploy. */
export interface ImageDeclaration {
  readonly description: Description
  /** Absent in an image of an earlier kube. */
  readonly record?: CommitRecord
}

/** The most bytes of a declaration layer: a contract may have 20 MB, and stands in it twice. */
const MAX_LAYER_BYTES = 64 * 1024 * 1024

/**
 * Reads what an image declares, of its one small layer alone; nothing of an image that something else built.
 *
 * What comes from a registry is untrusted: rejects with SERVICEX_IMAGE_INVALID when it is not what the
 * image's labels say by their digests, or of a version that this kube does not know.
 */
export async function readDeclaration(
  client: RegistryClient,
  { reference, manifest, labels }: DeclaringImage,
): Promise<Partial<ImageDeclaration>> {
  const layer = manifest.layers.find(
    ({ annotations }) => annotations?.[IMAGE_ANNOTATIONS.layer] === 'declaration',
  )
  if (layer === undefined) return {}
  const where = toReferenceText(reference)
  const tar = unpack(await client.readBlob(reference, layer), where)
  const read = (path: string, digest: string | undefined): unknown => {
    const bytes = findTarFile(tar, path)
    if (bytes === undefined) return undefined
    if (digest === toDigest(bytes)) return toValue(bytes, { where, path })
    throw invalid(
      `${where} declares something else than its labels say: ${path} has another digest`,
    )
  }
  const description = read(
    DECLARATION_FILES.description,
    labels[IMAGE_ANNOTATIONS.descriptionDigest],
  )
  if (description === undefined) return {}
  const record = read(DECLARATION_FILES.record, labels[IMAGE_ANNOTATIONS.recordDigest])
  return {
    description: toDescription(description, where),
    ...(record === undefined ? {} : { record: toRecord(record, where) }),
  }
}

function unpack(bytes: Buffer, where: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_LAYER_BYTES })
  } catch (cause) {
    throw invalid(`the declaration layer of ${where} cannot be unpacked`, cause)
  }
}

function toValue(bytes: Buffer, { where, path }: { where: string; path: string }): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw invalid(`${path} of ${where} is no JSON`, cause)
  }
}

function toDescription(value: unknown, where: string): Description {
  const { version, name } = (value ?? {}) as Partial<Description>
  if (version === DESCRIPTION_VERSION && typeof name === 'string') return value as Description
  throw otherVersion(where, 'description', version)
}

function toRecord(value: unknown, where: string): CommitRecord {
  const { version, overrides, clients, convention } = (value ?? {}) as Partial<CommitRecord>
  const exceptions: unknown = convention?.exceptions
  const isWhole =
    version === RECORD_VERSION &&
    [overrides, clients, convention?.severities, convention?.breaches].every(Array.isArray) &&
    // One without a day would hold for ever.
    Array.isArray(exceptions) &&
    toExceptions(exceptions).length === exceptions.length
  if (isWhole) return value as CommitRecord
  throw otherVersion(where, 'record', version)
}

function otherVersion(where: string, what: string, version: unknown): ServicexError {
  return new ServicexError('SERVICEX_IMAGE_INVALID', {
    summary: `${where} has a ${what} of version ${JSON.stringify(version) ?? 'none'}`,
    fix: 'deploy it with the version of servicex that it was built with, or build it again',
  })
}

function invalid(summary: string, cause?: unknown): ServicexError {
  return new ServicexError('SERVICEX_IMAGE_INVALID', {
    summary,
    fix: 'build it again with kube build',
    ...(cause === undefined ? {} : { cause }),
  })
}
