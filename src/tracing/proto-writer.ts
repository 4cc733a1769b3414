const INITIAL_BYTES = 16_384
/** Bytes kept free for the length of a nested message: enough for 256 MiB. */
const LENGTH_BYTES = 4
/** What a nested message takes besides its content. */
export const NESTING_BYTES: number = 1 + LENGTH_BYTES
const LENGTH_FILL = 0x80
const TWO_16 = 0x1_0000
const TWO_32 = 0x1_0000_0000
/** The last whole millisecond that a 64-bit field of nanoseconds holds, in the year 2554. */
const LAST_MS = 18_446_744_073_708

/**
 * Writes protobuf fields into one growing buffer. Nested messages are written in place: four bytes
 * are kept for the length and filled in as a padded varint, so nothing is measured or copied.
 * Source: the protobuf encoding, which allows varints longer than they need be.
 */
export class ProtoWriter {
  #bytes: Buffer
  #at = 0

  /** Begins with room for so many bytes. */
  constructor(bytes: number = INITIAL_BYTES) {
    this.#bytes = Buffer.allocUnsafe(bytes)
  }

  /** What has been written; a view that the next `reset()` invalidates. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at
  }

  /** Takes back all that was written after the first `length` bytes. */
  cut(length: number): void {
    this.#at = length
  }

  /** Begins anew in the same buffer. */
  reset(): void {
    this.#at = 0
  }

  /** A length-delimited field whose content `write` writes. */
  message(tag: number, write: () => void): void {
    const start = this.open(tag)
    write()
    this.close(start)
  }

  /** Begins a nested message; give what this gives to `close`. */
  open(tag: number): number {
    this.#reserve(NESTING_BYTES)
    this.#bytes[this.#at] = tag
    this.#at += NESTING_BYTES
    return this.#at
  }

  /** Ends the nested message that began at `start`. */
  close(start: number): void {
    let length = this.#at - start
    for (let index = start - LENGTH_BYTES; index < start - 1; index += 1) {
      this.#bytes[index] = (length & 0x7f) | LENGTH_FILL
      length >>>= 7
    }
    this.#bytes[start - 1] = length
  }

  /** An integer of up to 53 bits; a negative one takes ten bytes, as protobuf's int64 does. */
  varint(tag: number, value: number): void {
    this.#reserve(11)
    this.#bytes[this.#at++] = tag
    if (value < 0) return this.#negative(value)
    let rest = value
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest % 0x80) | LENGTH_FILL
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#at++] = rest
  }

  #negative(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value))
    for (; rest > 0x7fn; rest >>= 7n) this.#bytes[this.#at++] = Number(rest & 0x7fn) | LENGTH_FILL
    this.#bytes[this.#at++] = Number(rest)
  }

  /** A 64-bit field of a moment: Unix milliseconds with fractions, as nanoseconds. What is no moment after 1970 is 0, and one beyond 2554 the last. */
  nanoseconds(tag: number, moment: number): void {
    const ms = moment > 0 ? Math.min(moment, LAST_MS) : 0
    this.#reserve(9)
    this.#bytes[this.#at] = tag
    // Nanoseconds since 1970 have 61 bits: in parts, so that no step leaves the exact integers. And without `%`, which is slow for these.
    const wholeMs = Math.floor(ms)
    const highMs = Math.floor(wholeMs / TWO_16)
    const high = highMs * 1e6
    const rest = (wholeMs - highMs * TWO_16) * 1e6 + Math.round((ms - wholeMs) * 1e6)
    const highCarry = Math.floor(high / TWO_16)
    const restCarry = Math.floor(rest / TWO_32)
    const low = (high - highCarry * TWO_16) * TWO_16 + (rest - restCarry * TWO_32)
    const lowCarry = low < TWO_32 ? 0 : 1
    this.#uint32(this.#at + 1, low - lowCarry * TWO_32)
    this.#uint32(this.#at + 5, highCarry + restCarry + lowCarry)
    this.#at += 9
  }

  #uint32(at: number, value: number): void {
    this.#bytes[at] = value
    this.#bytes[at + 1] = value >>> 8
    this.#bytes[at + 2] = value >>> 16
    this.#bytes[at + 3] = value >>> 24
  }

  double(tag: number, value: number): void {
    this.#reserve(9)
    this.#bytes[this.#at] = tag
    this.#bytes.writeDoubleLE(value, this.#at + 1)
    this.#at += 9
  }

  string(tag: number, text: string): void {
    this.#reserve(NESTING_BYTES + text.length * 3)
    const start = this.open(tag)
    this.#at += this.#bytes.write(text, start)
    this.close(start)
  }

  /** Bytes given as hexadecimal digits. */
  hex(tag: number, digits: string): void {
    this.#reserve(2 + digits.length / 2)
    this.#bytes[this.#at] = tag
    this.#bytes[this.#at + 1] = digits.length / 2
    this.#at += 2 + this.#bytes.write(digits, this.#at + 2, 'hex')
  }

  /** Bytes that were encoded before. */
  raw(bytes: Uint8Array): void {
    const { length } = bytes
    this.#reserve(length)
    // For the few bytes of an attribute a loop is cheaper than a call to `set`.
    if (length > 64) this.#bytes.set(bytes, this.#at)
    else
      for (let index = 0; index < length; index += 1)
        this.#bytes[this.#at + index] = bytes[index] ?? 0
    this.#at += length
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
  }
}
