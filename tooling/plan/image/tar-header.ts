import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Entry } from './entry.ts'

/** The length of a tar's blocks, bytes. */
export const TAR_BLOCK_BYTES = 512

/** The most that a ustar field of eleven octal digits can say: 8 GiB less one byte. */
const MAX_SIZE_BYTES = 0o77777777777

const TYPES = { file: '0', folder: '5', link: '2', pax: 'x' } as const

const encoder = new TextEncoder()

/** One member of a tar, before its bytes. */
interface Member {
  readonly type: keyof typeof TYPES
  readonly path: string
  readonly mode: number
  readonly sizeBytes: number
  readonly target?: string
}

/**
 * Gives the header of a tar's member: owned by root, with one of two modes, at a given time. What
 * the disk says of owner, mode and time is not asked, so setuid and the umask cannot get in.
 * Source: POSIX.1-2001, pax interchange format.
 */
export function toTarHeader(entry: Entry, mtimeSeconds: number): Uint8Array {
  return entry.kind === 'file'
    ? toHeaders({ ...entry, type: 'file', mode: entry.isExecutable ? 0o755 : 0o644 }, mtimeSeconds)
    : toHeaders({ ...entry, type: 'link', mode: 0o777, sizeBytes: 0 }, mtimeSeconds)
}

/** Gives the header of a folder. */
export function toFolderHeader(path: string, mtimeSeconds: number): Uint8Array {
  return toHeaders({ type: 'folder', path: `${path}/`, mode: 0o755, sizeBytes: 0 }, mtimeSeconds)
}

/** Gives the number of zeros that fill the last block of a member's bytes. */
export function toPaddingBytes(sizeBytes: number): number {
  return (TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES
}

/** A name or a target that does not fit its field, or is not ASCII, goes before, in a pax record. */
function toHeaders(member: Member, mtimeSeconds: number): Uint8Array {
  if (member.sizeBytes > MAX_SIZE_BYTES) throw tooLarge(member)
  const records = [
    ...(fits(member.path) ? [] : [toRecord('path', member.path)]),
    ...(fits(member.target ?? '') ? [] : [toRecord('linkpath', member.target ?? '')]),
  ]
  const header = toHeader(member, mtimeSeconds)
  if (records.length === 0) return header
  const body = encoder.encode(records.join(''))
  const pax = { type: 'pax', path: 'pax', mode: 0o644, sizeBytes: body.length } as const
  const padding = new Uint8Array(toPaddingBytes(body.length))
  return join([toHeader(pax, mtimeSeconds), body, padding, header])
}

function toHeader(member: Member, mtimeSeconds: number): Uint8Array {
  const header = new Uint8Array(TAR_BLOCK_BYTES)
  const write = (text: string, offset: number): void => header.set(encoder.encode(text), offset)
  header.set(encoder.encode(member.path).subarray(0, 100), 0)
  write(`${toOctal(member.mode, 7)}\0`, 100)
  write(`${toOctal(0, 7)}\0${toOctal(0, 7)}\0`, 108)
  write(`${toOctal(member.sizeBytes, 11)}\0${toOctal(mtimeSeconds, 11)}\0`, 124)
  write(`        ${TYPES[member.type]}`, 148)
  header.set(encoder.encode(member.target ?? '').subarray(0, 100), 157)
  write('ustar\u000000', 257)
  write(`${toOctal(0, 7)}\0${toOctal(0, 7)}\0`, 329)
  const checksum = header.reduce((sum, byte) => sum + byte, 0)
  write(`${toOctal(checksum, 6)}\0 `, 148)
  return header
}

function fits(text: string): boolean {
  return text.length <= 100 && /^[\u0020-\u007E]*$/.test(text)
}

/** A record says its own length, which the digits of that length are part of. */
function toRecord(name: string, value: string): string {
  const bytes = encoder.encode(` ${name}=${value}\n`).length
  let length = bytes + String(bytes).length
  if (String(length).length > String(bytes).length) length = bytes + String(length).length
  return `${length} ${name}=${value}\n`
}

function toOctal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

function tooLarge({ path, sizeBytes }: Member): ServicexError {
  return new ServicexError('SERVICEX_IMAGE_CONTENT_UNSAFE', {
    summary: `${path} has ${sizeBytes} bytes: more than a layer can hold in one file`,
    fix: 'exclude it in package.json#servicex.image.exclude',
  })
}
