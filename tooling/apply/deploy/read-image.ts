import { gunzipSync } from 'node:zlib'
import { DECLARATION_FILES, IMAGE_ANNOTATIONS } from '../../../src/convention/image.ts'
import type { Description } from '../../../src/convention/description.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { type ImageReference, toReferenceText } from '../../parse/image-reference.ts'
import { toIndex, toManifest } from '../../plan/image/oci-json.ts'
import {
  type Descriptor,
  isIndexType,
  type Manifest,
  toPlatformText,
} from '../../plan/image/oci.ts'
import type { RegistryClient } from '../registry/registry-client.ts'
import { findTarFile } from './tar-file.ts'

/** What a deploy reads of an image: where it is, for what, and what it declares. */
export interface ImageFacts {
  /** By digest: what pods are given. */
  readonly reference: string
  /** `linux/amd64`, …; empty when the image does not say. */
  readonly platforms: readonly string[]
  /** When its commit was made, seconds since 1970; 0 when it does not say. */
  readonly committedAtSeconds: number
  /** What `kube build` has put into it; absent in an image that something else built. */
  readonly description?: Description
}

const MAX_LAYER_BYTES = 4 * 1024 * 1024

/**
 * Reads what an image is, of its documents and its one small layer alone. Rejects with
 * SERVICEX_IMAGE_NOT_FOUND when it is not there, and with what the registry client rejects with.
 */
export async function readImage(
  client: RegistryClient,
  reference: ImageReference,
): Promise<ImageFacts> {
  const stored = await client.readManifest(reference)
  const { registry, repository } = reference
  const { digest, mediaType } = stored.descriptor
  const where = toReferenceText(reference)
  const children = isIndexType(mediaType)
    ? toIndex({ where, value: stored.json }).manifests.filter(isImage)
    : []
  const [first] = children
  const manifest =
    first === undefined
      ? toManifest({ where, value: stored.json })
      : toManifest({
          where,
          value: (await client.readManifest({ registry, repository, digest: first.digest })).json,
        })
  const config = toConfig(await client.readBlob(reference, manifest.config))
  const description = await readDeclaration(client, reference, manifest)
  const created = config.config?.Labels?.['org.opencontainers.image.created'] ?? config.created
  return {
    reference: toReferenceText({ registry, repository, digest }),
    platforms: children.length > 0 ? children.flatMap(toPlatform) : toOwnPlatform(config),
    committedAtSeconds: Math.floor((Date.parse(created ?? '') || 0) / 1000),
    ...(description === undefined ? {} : { description }),
  }
}

interface Config {
  readonly os?: string
  readonly architecture?: string
  readonly created?: string
  readonly config?: { readonly Labels?: Readonly<Record<string, string>> }
}

function toConfig(bytes: Buffer): Config {
  try {
    return (JSON.parse(bytes.toString('utf8')) ?? {}) as Config
  } catch {
    return {}
  }
}

/** An attestation of buildx stands in an index as an image for `unknown`. */
function isImage({ platform }: Descriptor): boolean {
  return platform?.os !== 'unknown'
}

function toPlatform({ platform }: Descriptor): string[] {
  return platform === undefined ? [] : [toPlatformText(platform)]
}

function toOwnPlatform({ os, architecture }: Config): string[] {
  return os === undefined || architecture === undefined ? [] : [`${os}/${architecture}`]
}

/** What comes from a registry is untrusted: it must be what `kube build` writes, and of a version we know. */
async function readDeclaration(
  client: RegistryClient,
  reference: ImageReference,
  manifest: Manifest,
): Promise<Description | undefined> {
  const layer = manifest.layers.find(
    ({ annotations }) => annotations?.[IMAGE_ANNOTATIONS.layer] === 'declaration',
  )
  if (layer === undefined) return undefined
  const tar = gunzipSync(await client.readBlob(reference, layer), {
    maxOutputLength: MAX_LAYER_BYTES,
  })
  const text = findTarFile(tar, DECLARATION_FILES.description)?.toString('utf8')
  if (text === undefined) return undefined
  const description = JSON.parse(text) as Description
  if (description.version === 1 && typeof description.name === 'string') return description
  throw new ServicexError('SERVICEX_IMAGE_INVALID', {
    summary: `${toReferenceText(reference)} has a description of version ${String(description.version)}`,
    fix: 'deploy it with the version of servicex that it was built with, or build it again',
  })
}
