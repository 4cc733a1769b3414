/** What a made-up native addon says of itself. */
export interface ElfFacts {
  /** ELF's e_machine. */
  readonly machine: number
  /** The libraries it asks for. */
  readonly needed: readonly string[]
}

const HEADER_BYTES = 64
const SEGMENT_BYTES = 56
const LOADED_AT = 0x10000n

/** Makes a 64-bit ELF file that holds a dynamic section and nothing to run. Source: the ELF-64 specification. */
export function toElf({ machine, needed }: ElfFacts): Buffer {
  const strings = Buffer.from(`\0${needed.map((name) => `${name}\0`).join('')}`)
  const offsets = needed.map((name) => strings.indexOf(`\0${name}\0`) + 1)
  const dynamicAt = HEADER_BYTES + 2 * SEGMENT_BYTES
  const tags: [number, bigint][] = offsets.map((offset) => [1, BigInt(offset)])
  const dynamicBytes = (tags.length + 2) * 16
  const stringsAt = dynamicAt + dynamicBytes
  tags.push([5, LOADED_AT + BigInt(stringsAt)], [0, 0n])
  const file = Buffer.alloc(stringsAt + strings.length)
  file.write('\x7fELF', 0, 'latin1')
  file.set([2, 1, 1], 4)
  file.writeUInt16LE(3, 16)
  file.writeUInt16LE(machine, 18)
  file.writeBigUInt64LE(BigInt(HEADER_BYTES), 32)
  file.writeUInt16LE(SEGMENT_BYTES, 54)
  file.writeUInt16LE(2, 56)
  writeSegment(file, HEADER_BYTES, { type: 1, at: 0, bytes: file.length })
  writeSegment(file, HEADER_BYTES + SEGMENT_BYTES, { type: 2, at: dynamicAt, bytes: dynamicBytes })
  for (const [place, [tag, value]] of tags.entries()) {
    file.writeBigInt64LE(BigInt(tag), dynamicAt + place * 16)
    file.writeBigUInt64LE(value, dynamicAt + place * 16 + 8)
  }
  file.set(strings, stringsAt)
  return file
}

function writeSegment(
  file: Buffer,
  place: number,
  { type, at, bytes }: { readonly type: number; readonly at: number; readonly bytes: number },
): void {
  file.writeUInt32LE(type, place)
  file.writeBigUInt64LE(BigInt(at), place + 8)
  file.writeBigUInt64LE(LOADED_AT + BigInt(at), place + 16)
  file.writeBigUInt64LE(BigInt(bytes), place + 32)
}
