import type { Description } from '../../../src/convention/description.ts'
import { type ImageReference, toReferenceText } from '../../parse/image-reference.ts'
import type { CommitRecord } from '../../plan/deploy/commit-record.ts'
import { toIndex, toManifest } from '../../plan/image/oci-json.ts'
import { type Descriptor, isIndexType, toPlatformText } from '../../plan/image/oci.ts'
import type { RegistryClient } from '../registry/registry-client.ts'
import { readDeclaration } from './read-declaration.ts'

/** What a deploy reads of an image: where it is, for what, and what it declares. */
export interface ImageFacts {
  /** By digest: what pods are given. */
  readonly reference: string
  /** `linux/amd64`, …; empty when the image does not say. */
  readonly platforms: readonly string[]
  /** When its commit was made, seconds since 1970; 0 when it does not say. */
  readonly committedAtSeconds: number
  /** The commit that its labels name. */
  readonly revision?: string
  /** What `kube build` has put into it; absent in an image that something else built. */
  readonly description?: Description
  /** What its commit says of its deploy; absent in an image of an earlier kube, too. */
  readonly record?: CommitRecord
}

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
  const labels = config.config?.Labels ?? {}
  const created = labels['org.opencontainers.image.created'] ?? config.created
  const revision = labels['org.opencontainers.image.revision']
  const declaration = await readDeclaration(client, {
    reference,
    manifest,
    labels,
  })
  return {
    reference: toReferenceText({ registry, repository, digest }),
    platforms: children.length > 0 ? children.flatMap(toPlatform) : toOwnPlatform(config),
    committedAtSeconds: Math.floor((Date.parse(created ?? '') || 0) / 1000),
    ...(revision === undefined ? {} : { revision }),
    ...declaration,
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
