import { byPath } from './entry.ts'
import type { Descriptor, Digest, Manifest } from './oci.ts'
import { MEDIA_TYPES } from './oci.ts'

/** The documents of an image that is written as one file. */
export interface ArchiveParts {
  readonly root: Descriptor
  readonly images: readonly { readonly descriptor: Descriptor; readonly manifest: Manifest }[]
  /** Layers and configs. */
  readonly blobs: readonly Descriptor[]
}

/** One file of the archive. */
export interface ArchiveFile {
  readonly path: string
  readonly sizeBytes: number
  readonly content:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'blob'; readonly digest: Digest }
}

/**
 * Gives the files of an archive: an OCI layout, and beside it the `manifest.json` that Docker reads, which
 * names the first platform's image. Source: image-spec 1.1, image-layout.md; the output of `docker save`.
 */
export function planArchive({ root, images, blobs }: ArchiveParts, name: string): ArchiveFile[] {
  const documents = [root, ...images.map(({ descriptor }) => descriptor), ...blobs]
  const unique = new Map(documents.map((each) => [each.digest, each]))
  const contents = [...unique.values()].map(({ digest, size }): ArchiveFile => ({
    path: toBlobPath(digest),
    sizeBytes: size,
    content: { kind: 'blob', digest },
  }))
  return [
    ...contents.toSorted(byPath),
    toText('index.json', toLayoutIndex(root, name)),
    toText(
      'manifest.json',
      images.slice(0, 1).map(({ manifest }) => toDockerEntry(manifest, name)),
    ),
    toText('oci-layout', { imageLayoutVersion: '1.0.0' }),
  ]
}

function toLayoutIndex(root: Descriptor, name: string): object {
  const tag = name.slice(name.lastIndexOf(':') + 1)
  const annotations = {
    'io.containerd.image.name': name,
    'org.opencontainers.image.ref.name': tag,
  }
  return { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [{ ...root, annotations }] }
}

function toDockerEntry({ config, layers }: Manifest, name: string): object {
  return {
    Config: toBlobPath(config.digest),
    RepoTags: [name],
    Layers: layers.map(({ digest }) => toBlobPath(digest)),
  }
}

function toBlobPath(digest: Digest): string {
  return `blobs/sha256/${digest.slice('sha256:'.length)}`
}

function toText(path: string, value: unknown): ArchiveFile {
  const text = JSON.stringify(value)
  return { path, sizeBytes: new TextEncoder().encode(text).length, content: { kind: 'text', text } }
}
