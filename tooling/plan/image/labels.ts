import { IMAGE_ANNOTATIONS } from '../../../src/convention/image.ts'
import type { Digest } from './oci.ts'

/** What the labels and the annotations of an image say. */
export interface ImageIdentity {
  readonly name: string
  readonly revision: string
  readonly committedAtSeconds: number
  readonly description?: string
  readonly licence?: string
  readonly remoteUrl?: string
  readonly base?: { readonly name: string; readonly digest: Digest }
  readonly descriptionDigest?: Digest
  readonly contractDigest?: Digest
  readonly recordDigest?: Digest
}

/** Gives the labels of an image, which are its annotations too. Source: OCI image-spec 1.1, annotations.md. */
export function toLabels(identity: ImageIdentity): Record<string, string> {
  const labels: Record<string, string | undefined> = {
    [IMAGE_ANNOTATIONS.contractDigest]: identity.contractDigest,
    [IMAGE_ANNOTATIONS.descriptionDigest]: identity.descriptionDigest,
    [IMAGE_ANNOTATIONS.recordDigest]: identity.recordDigest,
    'org.opencontainers.image.base.digest': identity.base?.digest,
    'org.opencontainers.image.base.name': identity.base?.name,
    'org.opencontainers.image.created': toTimeText(identity.committedAtSeconds),
    'org.opencontainers.image.description': identity.description,
    'org.opencontainers.image.licenses': identity.licence,
    'org.opencontainers.image.revision': identity.revision,
    'org.opencontainers.image.source': toSourceUrl(identity.remoteUrl),
    'org.opencontainers.image.title': identity.name,
    'org.opencontainers.image.version': identity.revision,
  }
  const said = Object.entries(labels).filter((entry): entry is [string, string] =>
    Boolean(entry[1]),
  )
  return Object.fromEntries(said.map(([name, value]) => [name, toPlainText(value)]))
}

/** Gives a time as RFC 3339, UTC, without fractions of a second. */
export function toTimeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

/** Gives the page of a repository: `git@host:org/repo.git` and its kin as an address, without who asks. */
export function toSourceUrl(remoteUrl: string | undefined): string | undefined {
  if (remoteUrl === undefined) return undefined
  const scp = /^(?:[^@/\s]+@)?([A-Za-z0-9.-]+):(?!\/)(.+)$/.exec(remoteUrl)
  const text = scp === null ? remoteUrl : `https://${scp[1]}/${scp[2]}`
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if (!['http:', 'https:', 'ssh:', 'git:', 'git+ssh:'].includes(url.protocol)) return undefined
  const scheme = url.protocol === 'http:' ? 'http' : 'https'
  const port = url.protocol.startsWith('http') && url.port !== '' ? `:${url.port}` : ''
  const path = url.pathname.replace(/\.git\/?$/, '').replace(/\/$/, '')
  return `${scheme}://${url.hostname}${port}${path}`
}

/** Takes the signs out of a label that would move a terminal's cursor. */
function toPlainText(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F]+/g, ' ').trim()
}
