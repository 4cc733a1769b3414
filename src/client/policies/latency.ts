/** How fast an old latency is forgotten. Source: Finagle's and Linkerd's peak EWMA. */
const DECAY_MS = 10_000

/**
 * The latency of an endpoint, averaged so that newer ones weigh more. It fades while there are none:
 * a slow endpoint is tried again after a while.
 */
export class Latency {
  #averageMs = 0
  #atMs = 0

  /** Adds a latency. */
  add(sampleMs: number, nowMs: number): void {
    const weight = this.#averageMs === 0 ? 0 : Math.exp(-(nowMs - this.#atMs) / DECAY_MS)
    // A few samples in the same moment must count as well: none weighs less than a tenth.
    const kept = Math.min(weight, 0.9)
    this.#averageMs = this.#averageMs * kept + sampleMs * (1 - kept)
    this.#atMs = nowMs
  }

  /** Gives the average, milliseconds; 0 when nothing is known. */
  at(nowMs: number): number {
    return this.#averageMs * Math.exp(-Math.max(0, nowMs - this.#atMs) / DECAY_MS)
  }
}
