import type { OperationModel } from '../contract/operation-model.ts'
import type { OutputPlace } from './check-output.ts'
import { isAmong, parseContentType } from './content-type.ts'
import type { SentFile } from './handler-types.ts'
import type { OutgoingReply } from './outgoing-reply.ts'
import { Refusal } from './refusal.ts'

const ANY_BYTES = 'application/octet-stream'

/** Makes the reply of a file. Throws a refusal for what is no file, or one of another type than is declared. */
export function toFileReply(
  { status, replyTypes = [] }: OperationModel,
  file: SentFile | undefined,
  { operation, place }: OutputPlace,
): OutgoingReply {
  const content: unknown = file?.content
  if (file === undefined || !isContent(content))
    throw invalid(operation, {
      path: `${place}.content`,
      message: 'is neither text, bytes nor a stream of bytes',
    })
  const [first = ANY_BYTES] = replyTypes
  const contentType = file.contentType ?? (first.includes('*') ? ANY_BYTES : first)
  if (
    !isAmong(parseContentType(contentType)?.type ?? '', replyTypes) ||
    !PRINTABLE.test(contentType)
  )
    throw invalid(operation, {
      path: `${place}.contentType`,
      message: `is not ${replyTypes.join(' or ')}`,
    })
  const body = typeof content === 'string' ? Buffer.from(content) : content
  const length = body instanceof Uint8Array ? body.byteLength : file.sizeBytes
  return {
    status,
    headers: {
      'content-type': contentType,
      // A browser that is led here does not guess a page out of it.
      'x-content-type-options': 'nosniff',
      ...(length !== undefined && { 'content-length': String(length) }),
      ...(file.fileName !== undefined && { 'content-disposition': toDisposition(file.fileName) }),
    },
    body,
  }
}

/** A line end would be the beginning of another header. */
const PRINTABLE = /^[\x20-\x7e]+$/

function isContent(content: unknown): content is SentFile['content'] {
  if (typeof content === 'string' || content instanceof Uint8Array) return true
  return typeof content === 'object' && content !== null && Symbol.asyncIterator in content
}

/** Source: RFC 6266 §4.1 and RFC 8187: the plain name for old readers, the true one beside it. */
function toDisposition(fileName: string): string {
  const plain = fileName.replaceAll(/[^\x20-\x7e]|["\\%/]/g, '_')
  const encoded = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

function invalid(
  operation: string,
  { path, message }: { readonly path: string; readonly message: string },
): Refusal {
  return new Refusal('invalid_reply', {
    detail: `the reply of ${operation} breaks its contract`,
    issues: [{ path, code: 'invalid_type', message }],
  })
}
