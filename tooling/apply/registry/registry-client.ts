// The client of image registries (OCI distribution-spec 1.1): reads and writes blobs, manifests, tags
// and referrers, over TLS, with the credentials of Docker and Podman. It proves every byte by its
// digest, asks again when a registry stumbles, and gives credentials to nobody but the registry.
// It does not know what an image of ours looks like: that is tooling/plan/image. Open it with
// `openRegistryClient`; close it at the end.

import type { Readable } from 'node:stream'
import type { ImageReference } from '../../parse/image-reference.ts'
import type { Descriptor, Digest } from '../../plan/image/oci.ts'

/** A named collection of blobs and manifests: `apps/billing` of `registry.acme.example`. */
export type Repository = Pick<ImageReference, 'registry' | 'repository'>

/** A manifest or an index as the registry stores it: its digest is that of exactly these bytes. */
export interface StoredManifest {
  /** `mediaType` is that of the answer's header: in the body it is optional. */
  readonly descriptor: Descriptor
  readonly bytes: Buffer
  /** The bytes as JSON; an object, and nothing more is known. */
  readonly json: Readonly<Record<string, unknown>>
}

/** Content to write: named by its digest, and readable from the start as often as needed. */
export interface BlobSource {
  readonly descriptor: Descriptor
  /** Opens the content at byte `start`. Absent when `from` is where the content is. */
  readonly open?: (start: number) => Readable
  /** Where the content may be already: it is mounted from there, or else streamed, never stored. */
  readonly from?: Repository
}

/** How a blob came to be where it was to be. */
export type BlobOutcome = 'present' | 'mounted' | 'uploaded' | 'copied'

/** Reads and writes image registries. Every method rejects with a SERVICEX_REGISTRY_… error when the registry does not do it. */
export interface RegistryClient {
  /** Gives what a tag or digest names now, in one request; `undefined` when there is none. */
  readonly resolve: (reference: ImageReference) => Promise<Descriptor | undefined>
  /** Rejects with SERVICEX_IMAGE_NOT_FOUND when there is none, and with SERVICEX_IMAGE_DIGEST_MISMATCH. */
  readonly readManifest: (reference: ImageReference) => Promise<StoredManifest>
  /** Writes a manifest by its digest, and under `tag` when it is given. A tag that names other content rejects with SERVICEX_IMAGE_TAG_TAKEN. */
  readonly writeManifest: (
    repository: Repository,
    manifest: ManifestBytes,
    tag?: string,
  ) => Promise<void>
  /** Writes a manifest under a tag that may name another: a list of documents that grows. Never for images. */
  readonly replaceManifest: (
    repository: Repository,
    manifest: ManifestBytes,
    tag: string,
  ) => Promise<void>
  readonly hasBlob: (repository: Repository, digest: Digest) => Promise<boolean>
  /** Gives a blob's content; a broken connection is resumed. The stream fails at its end when the digest is another. */
  readonly openBlob: (repository: Repository, descriptor: Descriptor) => Readable
  /** Gives a small blob (at most 4 MiB), proved. */
  readonly readBlob: (repository: Repository, descriptor: Descriptor) => Promise<Buffer>
  readonly writeBlob: (repository: Repository, source: BlobSource) => Promise<BlobOutcome>
  /** Lists the artifacts that name `subject`, by the referrers API or by its fallback tag. */
  readonly listReferrers: (
    repository: Repository,
    subject: Digest,
  ) => Promise<readonly Descriptor[]>
  /** Writes a manifest that names a `subject`, and lists it under the fallback tag where the registry has no referrers API. */
  readonly writeReferrer: (
    repository: Repository,
    manifest: ManifestBytes,
    subject: Digest,
  ) => Promise<void>
  /** Closes idle connections. Waits for nothing. */
  readonly close: () => void
}

/** A manifest or an index to write. */
export interface ManifestBytes {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
}
