/** An event loop that never sleeps comes back within a few hundredths of this. */
export const STALL_MS = 0.5

/**
 * Knows when this process itself stood still, as the kernel gave its processor to another: answers that
 * came meanwhile are read late, and say nothing of the server. On a machine of two processors that is
 * 2.5 % of the time, and the whole of a p99.
 */
export class OwnStalls {
  #seenAtMs = performance.now()
  #isLateTurn = false

  /** Notes that the event loop begins another turn. */
  noteTurn(): void {
    this.#seenAtMs = performance.now()
    this.#isLateTurn = false
  }

  /** Says of what is read now whether it may have waited for this process: the rest of a turn with a stall has. */
  isLate(): boolean {
    const now = performance.now()
    if (now - this.#seenAtMs > STALL_MS) this.#isLateTurn = true
    this.#seenAtMs = now
    return this.#isLateTurn
  }
}
