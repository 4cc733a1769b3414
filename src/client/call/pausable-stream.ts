import type { Dispatcher } from 'undici'
import type { ReplyStream, StreamBreak } from './wire.ts'

/** Bytes that wait for their reader before the connection is asked to wait. */
const HIGH_WATER_BYTES = 65_536
/** So long nothing may come, and nobody may read: servers send a heartbeat every 10 s. */
const IDLE_MS = 30_000
const CANCELLED = new Error('the stream was cancelled')

/** A body as undici brings it, for one `for await`; a slow reader slows the sender down. */
export class PausableStream implements ReplyStream {
  readonly #controller: Dispatcher.DispatchController
  readonly #idle: NodeJS.Timeout
  readonly #onEnd: () => void
  #explain: StreamBreak = (_why, error) => error
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #ended = false
  #error: unknown = undefined
  #wake: (() => void) | undefined

  constructor(controller: Dispatcher.DispatchController, onEnd: () => void) {
    this.#controller = controller
    this.#onEnd = onEnd
    this.#idle = setTimeout(() => this.#onIdle(), IDLE_MS)
    this.#idle.unref()
  }

  explain(make: StreamBreak): void {
    this.#explain = make
  }

  /** Takes the next bytes. */
  push(chunk: Buffer): void {
    if (this.#ended) return
    this.#idle.refresh()
    this.#waiting.push(chunk)
    this.#waitingBytes += chunk.length
    if (this.#waitingBytes >= HIGH_WATER_BYTES) this.#controller.pause()
    this.#wake?.()
  }

  /** The body is complete. */
  end(): void {
    this.#ended = true
    this.#onEnd()
    clearTimeout(this.#idle)
    this.#wake?.()
  }

  /** The body was cut; its reader is told after the bytes that came. */
  fail(why: 'cancelled' | 'error', error: unknown): void {
    if (this.#ended) return
    this.#error = this.#explain(why, error)
    this.end()
    this.#controller.abort(CANCELLED)
  }

  cancel(): void {
    if (!this.#ended) this.#controller.abort(CANCELLED)
    this.#waiting = []
    this.end()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (let next = await this.#next(); next !== undefined; next = await this.#next()) yield next
    } finally {
      this.cancel()
    }
  }

  /** Resolves with the next bytes, or nothing at the end. */
  async #next(): Promise<Buffer | undefined> {
    while (this.#waiting.length === 0 && !this.#ended)
      await new Promise<void>((resolve) => (this.#wake = resolve))
    const next = this.#waiting.shift()
    if (next !== undefined) this.#taken(next)
    else if (this.#error !== undefined) throw this.#error
    return next
  }

  #taken(chunk: Buffer): void {
    this.#waitingBytes -= chunk.length
    if (this.#ended) return
    this.#idle.refresh()
    if (this.#waitingBytes < HIGH_WATER_BYTES) this.#controller.resume()
  }

  #onIdle(): void {
    this.fail('error', new Error(`nothing came, or nobody read, for ${IDLE_MS / 1000} s`))
  }
}
