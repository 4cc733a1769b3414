import type { Cancel, Timing } from '../client/policies/timing.ts'
import { seededRandom } from './seeded-random.ts'

interface Timer {
  readonly atMs: number
  readonly order: number
  readonly work: () => void
}

/** A clock that stands until it is told to go on, and chance from a seed: the same seed gives the same run. */
export class VirtualTime implements Timing {
  readonly random: () => number
  #nowMs = 0
  #order = 0
  /** A binary heap, the next timer first. */
  readonly #timers: Timer[] = []
  readonly #cancelled = new Set<Timer>()

  constructor(seed: number) {
    this.random = seededRandom(seed)
  }

  readonly now = (): number => this.#nowMs

  readonly after = (delayMs: number, work: () => void): Cancel => {
    this.#order += 1
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order, work }
    this.#push(timer)
    return () => this.#cancelled.add(timer)
  }

  /** Resolves after `delayMs` of this clock. */
  sleep(delayMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.after(delayMs, resolve)
    return promise
  }

  /** Runs all that is due until `untilMs`, in order; what each timer sets off is done before the next. */
  async advanceTo(untilMs: number): Promise<void> {
    await settled()
    for (
      let next = this.#timers[0];
      next !== undefined && next.atMs <= untilMs;
      next = this.#timers[0]
    ) {
      this.#pop()
      if (this.#cancelled.delete(next)) continue
      this.#nowMs = next.atMs
      next.work()
      await settled()
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs)
  }

  #push(timer: Timer): void {
    const heap = this.#timers
    let place = heap.push(timer) - 1
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = heap[above] as Timer
      if (!isBefore(timer, parent)) break
      heap[place] = parent
      place = above
    }
    heap[place] = timer
  }

  #pop(): void {
    const heap = this.#timers
    const last = heap.pop() as Timer
    if (heap.length === 0) return
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      const right = left + 1
      const isRightFirst =
        right < heap.length && isBefore(heap[right] as Timer, heap[left] as Timer)
      const child = isRightFirst ? right : left
      if (child >= heap.length || !isBefore(heap[child] as Timer, last)) break
      heap[place] = heap[child] as Timer
      place = child
    }
    heap[place] = last
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs
}

/** Resolves when everything that promises set off is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
