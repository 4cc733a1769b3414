import { createHash, type Hash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { type Content, type Entry, IMAGE_FOLDER } from '../../plan/image/entry.ts'
import type { Digest } from '../../plan/image/oci.ts'
import {
  TAR_BLOCK_BYTES,
  toFolderHeader,
  toPaddingBytes,
  toTarHeader,
} from '../../plan/image/tar-header.ts'

/** A layer on disk. */
export interface WrittenLayer {
  readonly digest: Digest
  readonly diffId: Digest
  readonly compressedBytes: number
  readonly tarBytes: number
}

/** What a layer is made of. */
export interface LayerContent {
  readonly entries: readonly Entry[]
  readonly mtimeSeconds: number
  readonly read: (content: Content) => Promise<Buffer>
}

/**
 * The bytes of tar in one member of the gzip file. A layer's digest depends on it, so it never
 * follows from the machine: not from its memory, not from its number of processors.
 */
const MEMBER_BYTES = 4 * 1024 * 1024

/** The header of a member holds no time. */
const GZIP = { level: 6, mtime: 0 } as const

/** How many files are read ahead. */
const READ_AHEAD = 16

/** How many members are compressed at a time, each by a thread of its own. */
const THREADS = Math.min(4, availableParallelism())

/** Writes a layer, the same bytes for the same entries on every machine, and resolves with its digests. */
export async function writeLayer(path: string, content: LayerContent): Promise<WrittenLayer> {
  const file = createWriteStream(path, { mode: 0o600 })
  const diffHash = createHash('sha256')
  const hash = createHash('sha256')
  let tarBytes = 0
  let compressedBytes = 0
  const write = async (compressed: Uint8Array): Promise<void> => {
    compressedBytes += compressed.length
    hash.update(compressed)
    if (!file.write(compressed)) await once(file, 'drain')
  }
  const compressing: Promise<Uint8Array>[] = []
  for await (const member of toMembers(content)) {
    tarBytes += member.length
    diffHash.update(member)
    const compressed = compress(member)
    // Awaited in its turn; until then a failure is nobody's.
    compressed.catch(() => undefined)
    compressing.push(compressed)
    const first = compressing.length < THREADS ? undefined : compressing.shift()
    if (first !== undefined) await write(await first)
  }
  for (const compressed of compressing) await write(await compressed)
  file.end()
  await once(file, 'close')
  return { digest: toDigest(hash), diffId: toDigest(diffHash), compressedBytes, tarBytes }
}

/** Gives the same bytes on this thread, which a short member is worth, and on one of its own. */
async function compress(member: Uint8Array): Promise<Uint8Array> {
  // Loaded here: a build that finds everything in its cache compresses nothing.
  const { gzip, gzipSync } = await import('fflate')
  if (member.length < MEMBER_BYTES) return gzipSync(member, GZIP)
  return new Promise((resolve, reject) => {
    gzip(member, { ...GZIP, consume: true }, (error, compressed) => {
      if (error === null) resolve(compressed)
      else reject(error)
    })
  })
}

/** Cuts the tar into pieces of one length; the last is shorter. */
async function* toMembers(content: LayerContent): AsyncGenerator<Uint8Array> {
  let member = new Uint8Array(MEMBER_BYTES)
  let filled = 0
  for await (const part of toTar(content)) {
    for (let taken = 0; taken < part.length;) {
      const room = part.subarray(taken, taken + MEMBER_BYTES - filled)
      member.set(room, filled)
      filled += room.length
      taken += room.length
      if (filled < MEMBER_BYTES) continue
      yield member
      member = new Uint8Array(MEMBER_BYTES)
      filled = 0
    }
  }
  if (filled > 0) yield member.subarray(0, filled)
}

async function* toTar({ entries, mtimeSeconds, read }: LayerContent): AsyncGenerator<Uint8Array> {
  const folders = new Set<string>()
  const pending: Promise<Buffer | undefined>[] = []
  let next = 0
  for (const entry of entries) {
    for (; next < entries.length && pending.length < READ_AHEAD; next += 1)
      pending.push(readAhead(entries[next], read))
    yield* toFolders(`${IMAGE_FOLDER}/${entry.path}`, folders, mtimeSeconds)
    yield toTarHeader({ ...entry, path: `${IMAGE_FOLDER}/${entry.path}` }, mtimeSeconds)
    const bytes = await pending.shift()
    if (entry.kind === 'link' || bytes === undefined) continue
    if (bytes.length !== entry.sizeBytes) throw changed(entry.path)
    yield bytes
    yield new Uint8Array(toPaddingBytes(bytes.length))
  }
  yield new Uint8Array(2 * TAR_BLOCK_BYTES)
}

/** Gives the headers of the folders above a path that are not in the tar yet, the highest first. */
function* toFolders(path: string, known: Set<string>, mtimeSeconds: number): Generator<Uint8Array> {
  const parts = path.split('/').slice(0, -1)
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const folder = parts.slice(0, depth).join('/')
    if (known.has(folder)) continue
    known.add(folder)
    yield toFolderHeader(folder, mtimeSeconds)
  }
}

function readAhead(
  entry: Entry | undefined,
  read: LayerContent['read'],
): Promise<Buffer | undefined> {
  if (entry?.kind !== 'file') return Promise.resolve(undefined)
  const reading = read(entry.content)
  // Awaited in its turn; until then a failure is nobody's.
  reading.catch(() => undefined)
  return reading
}

function toDigest(hash: Hash): Digest {
  return `sha256:${hash.digest('hex')}`
}

function changed(path: string): ServicexError {
  return new ServicexError('SERVICEX_IMAGE_CONTENT_UNSAFE', {
    summary: `${path} changed while it was read`,
    fix: 'stop what writes to it, then build again',
  })
}
