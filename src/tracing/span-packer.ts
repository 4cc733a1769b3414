import type { EncodedSpans, FinishedSpan } from './span-encoder.ts'

/** How many spans are encoded at a time, and how long one waits for others. */
const PACK = { spans: 64, delayMs: 5 }

/** A turn that ends more requests than this encodes some of them itself. */
const MAX_WAITING = 1024

/** How spans are encoded, and who gets them. */
export interface PackerOptions {
  readonly encode: (spans: readonly FinishedSpan[]) => EncodedSpans
  readonly onPacked: (spans: EncodedSpans) => void
  /** How many spans go together at most. */
  readonly maxSpans: number
}

/**
 * Encodes spans soon after they end, some at a time, and not in the turn of whoever ends them. What waits for
 * its delivery is bytes: as objects, a batch of spans outlives the garbage collector's young
 * generation and costs as much again as its encoding, in pauses of ten milliseconds.
 */
export class SpanPacker {
  readonly #options: PackerOptions
  #waiting: FinishedSpan[] = []
  #lost = 0
  #isDue = false

  constructor(options: PackerOptions) {
    this.#options = options
  }

  /** Spans that are not encoded yet. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Spans that could not be encoded. */
  get lost(): number {
    return this.#lost
  }

  /** Adds a span that has ended. */
  add(span: FinishedSpan): void {
    const count = this.#waiting.push(span)
    if (count === PACK.spans) setImmediate(this.pack)
    else if (count >= MAX_WAITING) this.pack()
    else if (!this.#isDue) this.#packLater()
  }

  /** Encodes all that waits, at once. */
  readonly pack = (): void => {
    const { encode, onPacked, maxSpans } = this.#options
    const spans = this.#waiting
    const size = Math.min(PACK.spans, maxSpans)
    this.#waiting = []
    for (let at = 0; at < spans.length; at += size) {
      const part = spans.slice(at, at + size)
      const encoded = encode(part)
      this.#lost += part.length - encoded.count
      if (encoded.count > 0) onPacked(encoded)
    }
  }

  /** One timer at a time, which is not taken back when there is nothing left to do. */
  #packLater(): void {
    this.#isDue = true
    const pack = (): void => {
      this.#isDue = false
      this.pack()
    }
    setTimeout(pack, PACK.delayMs).unref()
  }
}
