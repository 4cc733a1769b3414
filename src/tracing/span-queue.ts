import type { SignalHealth } from '../context/facts.ts'

/** Delivers one batch; rejects when it was not taken. */
export type DeliverBatch<Item> = (batch: readonly Item[]) => Promise<void>

/** How a queue batches and bounds. */
export interface QueueOptions<Item> {
  readonly maxItems: number
  readonly maxBatch: number
  readonly delayMs: number
  /** How many an item counts for; 1 when absent. At most `maxBatch`. */
  readonly countOf?: (item: Item) => number
  readonly deliver: DeliverBatch<Item>
  /** Told when delivery begins to fail, and when it works again. */
  readonly onChange: (up: boolean, reason: unknown) => void
}

/**
 * A bounded queue in front of a slow destination: one batch at a time, never in the turn of
 * whoever adds an item. When it is full the newest items are dropped and counted; nothing waits for it.
 */
export class BatchQueue<Item> {
  readonly #options: QueueOptions<Item>
  readonly #waiting: Item[] = []
  /** Of what waits and of what is on its way, as `countOf` counts. */
  #waitingCount = 0
  #inFlightCount = 0
  readonly #health: { -readonly [Key in keyof SignalHealth]: SignalHealth[Key] } = {
    queued: 0,
    delivered: 0,
    dropped: 0,
    failed: 0,
    lastSuccessMs: 0,
    up: true,
  }
  #timer: NodeJS.Timeout | undefined
  #immediate: NodeJS.Immediate | undefined
  #delivery: Promise<void> | undefined
  #inFlight: readonly Item[] = []

  constructor(options: QueueOptions<Item>) {
    this.#options = options
  }

  get health(): SignalHealth {
    this.#health.queued = this.#waitingCount + this.#inFlightCount
    return this.#health
  }

  /** Adds an item; a full queue drops it. */
  add(item: Item): void {
    const count = this.#countOf(item)
    if (this.#waitingCount + this.#inFlightCount + count > this.#options.maxItems) {
      this.#health.dropped += count
      return
    }
    this.#waiting.push(item)
    this.#waitingCount += count
    this.#schedule()
  }

  /** Delivers all that waits; resolves when it is done, or at the deadline. */
  async flush(deadlineMs: number): Promise<void> {
    const timeout = Promise.withResolvers<void>()
    const timer = setTimeout(timeout.resolve, deadlineMs)
    await Promise.race([this.#drain(), timeout.promise])
    clearTimeout(timer)
  }

  /** Gives what the destination has not taken: what waits, and what is on its way. */
  undelivered(): readonly Item[] {
    return [...this.#inFlight, ...this.#waiting]
  }

  async #drain(): Promise<void> {
    while (this.#delivery !== undefined || this.#waiting.length > 0) {
      this.#deliverNext()
      await this.#delivery
    }
  }

  /** A whole batch goes in the next turn of the event loop, less after a while. */
  #schedule(): void {
    if (this.#delivery !== undefined) return
    if (this.#waitingCount >= this.#options.maxBatch)
      this.#immediate ??= setImmediate(() => this.#deliverNext())
    else if (this.#waiting.length > 0)
      this.#timer ??= setTimeout(() => this.#deliverNext(), this.#options.delayMs).unref()
  }

  #deliverNext(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#immediate)
    this.#timer = undefined
    this.#immediate = undefined
    if (this.#delivery !== undefined || this.#waiting.length === 0) return
    const batch = this.#takeBatch()
    this.#inFlight = batch
    this.#delivery = this.#deliver(batch).finally(() => {
      this.#inFlight = []
      this.#inFlightCount = 0
      this.#delivery = undefined
      this.#schedule()
    })
  }

  #takeBatch(): readonly Item[] {
    let items = 0
    let count = 0
    for (const item of this.#waiting) {
      const next = count + this.#countOf(item)
      if (next > this.#options.maxBatch) break
      count = next
      items += 1
    }
    this.#waitingCount -= count
    this.#inFlightCount = count
    return this.#waiting.splice(0, items)
  }

  #countOf(item: Item): number {
    return this.#options.countOf?.(item) ?? 1
  }

  async #deliver(batch: readonly Item[]): Promise<void> {
    try {
      await this.#options.deliver(batch)
      this.#health.delivered += this.#inFlightCount
      this.#health.lastSuccessMs = Date.now()
      this.#setUp(true, undefined)
    } catch (error) {
      this.#health.failed += this.#inFlightCount
      this.#setUp(false, error)
    }
  }

  #setUp(up: boolean, reason: unknown): void {
    if (this.#health.up === up) return
    this.#health.up = up
    this.#options.onChange(up, reason)
  }
}
