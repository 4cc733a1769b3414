import type { Descriptor, Digest, Manifest } from './oci.ts'
import { MEDIA_TYPES } from './oci.ts'

/** The media type of what is signed. Source: cosign, SIGNATURE_SPEC.md. */
export const SIGNED_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json'

/** The annotation that holds a signature, in base64. */
export const SIGNATURE_ANNOTATION = 'dev.cosignproject.cosign/signature'

/** Gives the tag under which the signatures of an image are kept. */
export function toSignatureTag(digest: Digest): string {
  return `${digest.replace(':', '-')}.sig`
}

/** Gives the text that is signed: which image, and where. The same image gives the same text. */
export function toSignedText(repository: string, digest: Digest): string {
  return JSON.stringify({
    critical: {
      identity: { 'docker-reference': repository },
      image: { 'docker-manifest-digest': digest },
      type: 'cosign container image signature',
    },
    optional: null,
  })
}

/** Gives the configuration of a list of signatures, which readers want though it says nothing. */
export function toSignatureConfig(layers: readonly Descriptor[]): object {
  return {
    architecture: '',
    created: '0001-01-01T00:00:00Z',
    history: layers.map(() => ({ created: '0001-01-01T00:00:00Z' })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    config: {},
  }
}

/** Gives the manifest of a list of signatures. */
export function toSignatureManifest(config: Descriptor, layers: readonly Descriptor[]): Manifest {
  return { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers }
}
