import { ServicexError } from '../../src/convention/servicex-error.ts'

/** Where an image is, and which one: `registry.acme.example/apps/billing:3fa1c2e@sha256:…`, taken apart. */
export interface ImageReference {
  /** Host and port as written: `ghcr.io`, `127.0.0.1:5000`; Docker Hub is `docker.io`. */
  readonly registry: string
  /** `apps/billing`; on Docker Hub the implied `library/` is written out. */
  readonly repository: string
  readonly tag?: string
  /** When there is one, it decides, and the tag is a comment. */
  readonly digest?: `sha256:${string}`
}

/** What an image without a registry in its name is looked for in. Source: the Docker reference grammar. */
export const DOCKER_HUB = 'docker.io'

const MAX_NAME_CHARS = 255

const HOST_LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const HOST = new RegExp(
  String.raw`^(?:${HOST_LABEL}(?:\.${HOST_LABEL})*|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?$`,
)
const REPOSITORY_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^sha256:[0-9a-f]{64}$/

/**
 * Reads an image reference by the grammar that Docker and OCI share.
 *
 * Throws SERVICEX_IMAGE_REFERENCE_INVALID, which says which part is wrong. A scheme, a leading dash,
 * upper case in the repository, and digests other than SHA-256 are refused.
 */
export function toImageReference(text: string): ImageReference {
  const [beforeDigest = '', digest, ...more] = text.split('@')
  if (more.length > 0) throw invalid(text, 'has more than one "@"')
  if (digest !== undefined && !DIGEST.test(digest))
    throw invalid(text, 'has a digest that is no "sha256:" with 64 hexadecimal digits')
  const slash = beforeDigest.lastIndexOf('/')
  const colon = beforeDigest.indexOf(':', slash + 1)
  const name = colon === -1 ? beforeDigest : beforeDigest.slice(0, colon)
  const tag = colon === -1 ? undefined : beforeDigest.slice(colon + 1)
  if (tag !== undefined) assertTag(text, tag)
  return {
    ...toPlace(text, name),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: digest as `sha256:${string}` }),
  }
}

/** Gives the text that `toImageReference` reads, in its long form. */
export function toReferenceText(reference: ImageReference): string {
  const { registry, repository, tag, digest } = reference
  const tagPart = tag === undefined ? '' : `:${tag}`
  const digestPart = digest === undefined ? '' : `@${digest}`
  return `${registry}/${repository}${tagPart}${digestPart}`
}

/** Gives the same place with another tag or digest: `undefined` leaves neither. */
export function withVersion(
  { registry, repository }: ImageReference,
  version: { readonly tag?: string; readonly digest?: `sha256:${string}` } = {},
): ImageReference {
  const named = { registry, repository, ...version }
  // A tag or digest of our own making is as little trusted as one that was typed.
  return toImageReference(toReferenceText(named))
}

function toPlace(text: string, name: string): Pick<ImageReference, 'registry' | 'repository'> {
  const slash = name.indexOf('/')
  const first = slash === -1 ? '' : name.slice(0, slash)
  const isHost = /[.:\]]/.test(first) || first === 'localhost'
  const registry = toRegistry(text, isHost ? first : DOCKER_HUB)
  const path = isHost ? name.slice(slash + 1) : name
  const repository = registry === DOCKER_HUB && !path.includes('/') ? `library/${path}` : path
  assertRepository(text, repository)
  if (`${registry}/${repository}`.length > MAX_NAME_CHARS)
    throw invalid(text, `is longer than ${MAX_NAME_CHARS} characters`)
  return { registry, repository }
}

function toRegistry(text: string, host: string): string {
  const port = HOST.exec(host)
  if (port === null) throw invalid(text, `has ${JSON.stringify(host)} where a host is expected`)
  const number = Number(port[1] ?? 1)
  if (number < 1 || number > 65_535) throw invalid(text, `has the port ${number}`)
  const lower = host.toLowerCase()
  return ['index.docker.io', 'registry-1.docker.io'].includes(lower) ? DOCKER_HUB : lower
}

function assertRepository(text: string, repository: string): void {
  const wrong = repository.split('/').find((part) => !REPOSITORY_PART.test(part))
  if (wrong === undefined) return
  throw invalid(
    text,
    wrong === ''
      ? 'has an empty part in its name'
      : `has ${JSON.stringify(wrong)} in its name — expected lower-case letters and digits, with ".", "_" or "-" between them`,
  )
}

function assertTag(text: string, tag: string): void {
  if (TAG.test(tag)) return
  throw invalid(
    text,
    `has the tag ${JSON.stringify(tag)} — expected at most 128 letters, digits, ".", "_" or "-"`,
  )
}

function invalid(text: string, what: string): ServicexError {
  return new ServicexError('SERVICEX_IMAGE_REFERENCE_INVALID', {
    summary: `the image ${JSON.stringify(text.slice(0, 300))} ${what}`,
    fix: 'write it as registry.example/path/name:tag or …@sha256:…',
  })
}
