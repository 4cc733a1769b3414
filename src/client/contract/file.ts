import { type ByteSize, toBytes } from './byte-size.ts'

const FILE: unique symbol = Symbol.for('servicex.file')

/** The raw bytes of a file, as the body of a request or of a reply. */
export interface FileType {
  readonly [FILE]: true
  /** `application/pdf`, `image/*`; at least one. */
  readonly contentTypes: readonly string[]
  /** The most bytes of an upload. */
  readonly maxBytes: number
}

/** The most bytes of an upload for which no size is given. */
const DEFAULT_MAX: ByteSize = '10MB'

/**
 * Declares a file: `body: file('application/pdf', '20MB')` takes one, `ok: file('text/csv')` gives
 * one. Its bytes are the body itself, streamed, no multipart. Throws a TypeError for a type or a
 * size that is none.
 */
export function file(
  contentType: string | readonly string[],
  maxBody: ByteSize = DEFAULT_MAX,
): FileType {
  const contentTypes = (typeof contentType === 'string' ? [contentType] : contentType).map((type) =>
    type.toLowerCase(),
  )
  const wrong = contentTypes.find((type) => !CONTENT_TYPE.test(type))
  if (wrong !== undefined || contentTypes.length === 0)
    throw new TypeError(
      `file() was given the content type ${JSON.stringify(wrong)}, expected one like "application/pdf" or "image/*"`,
    )
  const maxBytes = toBytes(maxBody)
  if (maxBytes === undefined)
    throw new TypeError(
      `file() was given the size ${JSON.stringify(maxBody)}, expected one like "20MB"`,
    )
  return { [FILE]: true, contentTypes, maxBytes }
}

const CONTENT_TYPE = /^(?:\*|[-\w.+]+)\/(?:\*|[-\w.+]+)$/

/** Says whether a body or a reply is a file. */
export function isFile(type: unknown): type is FileType {
  return typeof type === 'object' && type !== null && FILE in type
}
