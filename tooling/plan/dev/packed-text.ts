/** A text outside of JavaScript's heap: where it begins and ends in the bytes it shares with others. */
export interface PackedText {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

const CHUNK_BYTES = 128 * 1024
const ENCODER = new TextEncoder()
const DECODER = new TextDecoder()

/**
 * Packs texts one behind the other into chunks of bytes; a chunk goes when the last of its texts has
 * gone. Rings of ten thousand records then cost what they hold: as strings, the garbage collector
 * keeps as much again in reserve.
 */
export class TextPacker {
  #chunk = new Uint8Array(0)
  #used = 0

  /** Packs a text. */
  pack(text: string): PackedText {
    // A character has at most three bytes for each of its UTF-16 units.
    if (text.length * 3 > CHUNK_BYTES) return packAlone(text)
    if (text.length * 3 > this.#chunk.byteLength - this.#used) {
      this.#chunk = new Uint8Array(CHUNK_BYTES)
      this.#used = 0
    }
    const start = this.#used
    const { written } = ENCODER.encodeInto(text, this.#chunk.subarray(start))
    this.#used += written
    return { bytes: this.#chunk, start, end: this.#used }
  }
}

/** Gives a packed text. */
export function toUnpacked({ bytes, start, end }: PackedText): string {
  return DECODER.decode(bytes.subarray(start, end))
}

/** Gives how many bytes a packed text takes. */
export function toPackedBytes({ start, end }: PackedText): number {
  return end - start
}

function packAlone(text: string): PackedText {
  const bytes = ENCODER.encode(text)
  return { bytes, start: 0, end: bytes.byteLength }
}
