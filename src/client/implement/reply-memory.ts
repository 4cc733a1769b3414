import type { KeptReply, ReplyStore } from './reply-store.ts'

/** How long a reply is kept: callers that repeat do so within minutes. */
const KEPT_MS = 3_600_000
/** The most keys that are known, and the most bytes of their replies; the oldest go first. */
const MAX_KEYS = 10_000
const MAX_BYTES = 16 * 2 ** 20

interface Entry extends KeptReply {
  readonly untilMs: number
  readonly bytes: number
}

/** Keeps replies in the memory of this process: an hour, and no more than 16 MiB of them. */
export class ReplyMemory implements ReplyStore {
  readonly #now: () => number
  /** In the order in which they end. */
  readonly #entries = new Map<string, Entry>()
  #bytes = 0

  constructor(now: () => number) {
    this.#now = now
  }

  take(key: string, taken: KeptReply): KeptReply | undefined {
    this.#forget()
    const known = this.#entries.get(key)
    if (known === undefined) this.#set(key, taken, 0)
    return known
  }

  keep(key: string, kept: KeptReply): void {
    this.drop(key)
    this.#set(key, kept, Buffer.byteLength(kept.reply?.body ?? ''))
    this.#forget()
  }

  drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0
    this.#entries.delete(key)
  }

  #set(key: string, kept: KeptReply, bytes: number): void {
    this.#entries.set(key, { ...kept, bytes, untilMs: this.#now() + KEPT_MS })
    this.#bytes += bytes
  }

  #forget(): void {
    const now = this.#now()
    for (const [key, { untilMs }] of this.#entries) {
      const isTooMuch = this.#entries.size > MAX_KEYS || this.#bytes > MAX_BYTES
      if (untilMs > now && !isTooMuch) return
      this.drop(key)
    }
  }
}
