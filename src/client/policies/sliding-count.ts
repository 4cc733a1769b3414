/**
 * Counts what happened within the last `windowMs`, in buckets: it forgets a bucket at a time, so
 * that it looks back between `windowMs` less one bucket and `windowMs`.
 */
export class SlidingCount {
  readonly #bucketMs: number
  readonly #buckets: number[]
  #newest = 0
  #total = 0

  constructor(windowMs: number, buckets: number) {
    this.#bucketMs = windowMs / buckets
    this.#buckets = Array.from({ length: buckets }, () => 0)
  }

  /** Counts `amount` at `nowMs`; times do not go back. */
  add(nowMs: number, amount = 1): void {
    const bucket = this.#forget(nowMs)
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + amount
    this.#total += amount
  }

  /** Gives what was counted and is not forgotten at `nowMs`. */
  total(nowMs: number): number {
    this.#forget(nowMs)
    return this.#total
  }

  /** Forgets all. */
  clear(): void {
    this.#buckets.fill(0)
    this.#total = 0
  }

  /** Empties the buckets whose time is over; gives the one of now. */
  #forget(nowMs: number): number {
    const length = this.#buckets.length
    const now = Math.max(this.#newest, Math.floor(nowMs / this.#bucketMs))
    const gone = Math.min(length, now - this.#newest)
    for (let step = 1; step <= gone; step += 1) {
      const bucket = (this.#newest + step) % length
      this.#total -= this.#buckets[bucket] ?? 0
      this.#buckets[bucket] = 0
    }
    this.#newest = now
    return now % length
  }
}
