import sonicBoom from 'sonic-boom'
import type { SignalHealth } from '../context/facts.ts'

/** How many bytes of lines may wait for a slow reader before further lines are dropped and counted. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024

/** Where lines go. Writing never blocks the event loop and never throws. */
export interface Destination {
  write(line: string): void
  /** Writes out what waits, blocking; for the last lines of a process. Never throws. */
  flushSync(): void
  /** Counts of lines; what waits is counted in lines too. */
  readonly health: SignalHealth
}

/**
 * Opens standard output (or another file descriptor) for lines: written at once, asynchronously,
 * bounded. A closed pipe, a full disk or a stopped reader loses lines, counted, and nothing else.
 */
export function openDestination(fd: number): Destination {
  return new BoundedDestination(fd)
}

class BoundedDestination implements Destination {
  readonly #stream: InstanceType<typeof sonicBoom.SonicBoom>
  readonly health: {
    queued: number
    delivered: number
    dropped: number
    failed: number
    lastSuccessMs: number
    up: boolean
  } = {
    queued: 0,
    delivered: 0,
    dropped: 0,
    failed: 0,
    lastSuccessMs: 0,
    up: true,
  }
  #closed = false

  constructor(fd: number) {
    this.#stream = new sonicBoom.SonicBoom({ fd, sync: false, maxLength: MAX_WAITING_BYTES })
    this.#stream.on('drop', () => this.#lose('dropped'))
    this.#stream.on('write', () => this.#wrote())
    this.#stream.on('drain', () => (this.health.queued = 0))
    this.#stream.on('error', (error: NodeJS.ErrnoException) => this.#fail(error))
  }

  write(line: string): void {
    if (this.#closed) {
      this.health.dropped += 1
      return
    }
    this.health.queued += 1
    this.health.delivered += 1
    try {
      this.#stream.write(line)
    } catch {
      this.#lose('failed')
    }
  }

  flushSync(): void {
    if (this.#closed) return
    try {
      this.#stream.flushSync()
      this.health.queued = 0
    } catch {
      this.health.up = false
    }
  }

  #wrote(): void {
    this.health.up = true
    this.health.lastSuccessMs = Date.now()
  }

  #lose(how: 'dropped' | 'failed'): void {
    this.health[how] += 1
    this.health.delivered -= 1
    this.health.queued = Math.max(0, this.health.queued - 1)
  }

  /** A closed pipe never comes back; other errors (a full disk) may, so the stream is kept. */
  #fail(error: NodeJS.ErrnoException): void {
    this.health.up = false
    this.health.failed += this.health.queued
    this.health.delivered -= this.health.queued
    this.health.queued = 0
    if (error.code === 'EPIPE' || error.code === 'EBADF') this.#closed = true
  }
}
