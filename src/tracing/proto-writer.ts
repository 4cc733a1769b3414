const INITIAL_BYTES = 16_384
/** Bytes kept free for the length of a nested message: enough for 256 MiB. */
const LENGTH_BYTES = 4
const LENGTH_FILL = 0x80

/**
 * Writes protobuf fields into one growing buffer. Nested messages are written in place: four bytes
 * are kept for the length and filled in as a padded varint, so nothing is measured or copied.
 * Source: the protobuf encoding, which allows varints longer than they need be.
 */
export class ProtoWriter {
  #bytes: Buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  #at = 0

  /** What has been written; a view that the next `reset()` invalidates. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at
  }

  /** Gives a copy of what was written after the first `length` bytes. */
  copyFrom(length: number): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(length, this.#at))
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
    this.#reserve(1 + LENGTH_BYTES)
    this.#bytes[this.#at] = tag
    this.#at += 1 + LENGTH_BYTES
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

  /** A 64-bit field of a moment: Unix milliseconds with fractions, as nanoseconds. */
  nanoseconds(tag: number, ms: number): void {
    this.#reserve(9)
    this.#bytes[this.#at] = tag
    // Nanoseconds since 1970 have 61 bits: in parts, so that no step leaves the exact integers.
    const wholeMs = Math.floor(ms)
    const high = Math.floor(wholeMs / 0x1_0000) * 1e6
    const rest = (wholeMs % 0x1_0000) * 1e6 + Math.round((ms - wholeMs) * 1e6)
    const low = (high % 0x1_0000) * 0x1_0000 + (rest % 0x1_0000_0000)
    this.#bytes.writeUInt32LE(low % 0x1_0000_0000, this.#at + 1)
    this.#bytes.writeUInt32LE(
      Math.floor(high / 0x1_0000) +
        Math.floor(rest / 0x1_0000_0000) +
        Math.floor(low / 0x1_0000_0000),
      this.#at + 5,
    )
    this.#at += 9
  }

  double(tag: number, value: number): void {
    this.#reserve(9)
    this.#bytes[this.#at] = tag
    this.#bytes.writeDoubleLE(value, this.#at + 1)
    this.#at += 9
  }

  string(tag: number, text: string): void {
    this.#reserve(1 + LENGTH_BYTES + text.length * 3)
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
