import type { Libc } from './target-platform.ts'

/** What a native addon was made for; `system` is `elf` for Linux. */
export interface NativeCode {
  readonly system: 'elf' | 'mach-o' | 'pe' | 'unknown'
  /** ELF's e_machine. */
  readonly machine?: number
  /** Absent when it names neither: it was linked against no C library, or loads with both. */
  readonly libc?: Libc
}

const PT_LOAD = 1
const PT_DYNAMIC = 2
const DT_NEEDED = 1
const DT_STRTAB = 5

/** Reads what a native addon was made for, from its bytes. Gives `unknown` for what is no program. Source: the ELF-64 and gABI specifications. */
export function toNativeCode(bytes: Uint8Array): NativeCode {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 64) return { system: 'unknown' }
  const magic = view.getUint32(0)
  if (magic === 0x7f454c46) return toElf(view)
  if ([0xcffaedfe, 0xfeedfacf, 0xcafebabe, 0xcefaedfe].includes(magic)) return { system: 'mach-o' }
  return { system: magic >>> 16 === 0x4d5a ? 'pe' : 'unknown' }
}

function toElf(view: DataView): NativeCode {
  const isLittle = view.getUint8(5) === 1
  const machine = view.getUint16(18, isLittle)
  // 32-bit files have other offsets; their machine says enough.
  if (view.getUint8(4) !== 2) return { system: 'elf', machine }
  const libc = toLibcOfNames(readNeeded(view, isLittle))
  return libc === undefined ? { system: 'elf', machine } : { system: 'elf', machine, libc }
}

function toLibcOfNames(names: readonly string[]): Libc | undefined {
  if (names.some((name) => /^(?:libc\.musl-|ld-musl-)/.test(name))) return 'musl'
  // musl's own name for itself is libc.so; glibc's has a version.
  return names.some((name) => /^(?:libc\.so\.6|ld-linux)/.test(name)) ? 'glibc' : undefined
}

interface Segment {
  readonly type: number
  readonly offset: number
  readonly address: number
  readonly sizeBytes: number
}

/** Gives the names of the libraries it asks for; none when the tables lead outside of the file. */
function readNeeded(view: DataView, isLittle: boolean): string[] {
  try {
    const segments = readSegments(view, isLittle)
    const dynamic = segments.find(({ type }) => type === PT_DYNAMIC)
    if (dynamic === undefined) return []
    const tags = readDynamic(view, dynamic, isLittle)
    const table = tags.find(({ tag }) => tag === DT_STRTAB)
    const strings = table && toFileOffset(segments, table.value)
    if (strings === undefined) return []
    return tags
      .filter(({ tag }) => tag === DT_NEEDED)
      .map(({ value }) => readText(view, strings + value))
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}

function readSegments(view: DataView, isLittle: boolean): Segment[] {
  const start = Number(view.getBigUint64(32, isLittle))
  const entryBytes = view.getUint16(54, isLittle)
  const count = view.getUint16(56, isLittle)
  return Array.from({ length: count }, (_, place) => {
    const at = start + place * entryBytes
    return {
      type: view.getUint32(at, isLittle),
      offset: Number(view.getBigUint64(at + 8, isLittle)),
      address: Number(view.getBigUint64(at + 16, isLittle)),
      sizeBytes: Number(view.getBigUint64(at + 32, isLittle)),
    }
  })
}

function readDynamic(
  view: DataView,
  { offset, sizeBytes }: Segment,
  isLittle: boolean,
): { readonly tag: number; readonly value: number }[] {
  const count = Math.min(Math.floor(sizeBytes / 16), Math.floor(view.byteLength / 16))
  return Array.from({ length: count }, (_, place) => ({
    tag: Number(view.getBigInt64(offset + place * 16, isLittle)),
    value: Number(view.getBigUint64(offset + place * 16 + 8, isLittle)),
  }))
}

function toFileOffset(segments: readonly Segment[], address: number): number | undefined {
  const holder = segments.find(
    (segment) =>
      segment.type === PT_LOAD &&
      address >= segment.address &&
      address < segment.address + segment.sizeBytes,
  )
  return holder === undefined ? undefined : holder.offset + address - holder.address
}

function readText(view: DataView, start: number): string {
  let text = ''
  for (let at = start; text.length < 256; at += 1) {
    const code = view.getUint8(at)
    if (code === 0) break
    text += String.fromCodePoint(code)
  }
  return text
}
