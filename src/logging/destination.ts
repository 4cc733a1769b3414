import { fstatSync, writeSync, writevSync } from 'node:fs'
import { setImmediate } from 'node:timers'
import { setTimeout as delay } from 'node:timers/promises'
import type { SignalHealth } from '../context/facts.ts'

/** How many bytes of lines may wait for a slow reader before further lines are dropped and counted. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024

/** Lines in one write. Source: Linux takes at most 1024 parts (IOV_MAX). */
const LINES_PER_WRITE = 256

/** How many lines that may wait are written together at most. */
const MAX_HELD_LINES = 64

/** Where lines become bytes; what may not fit gets a buffer of its own. */
const BUFFER_BYTES = 262_144
const MAX_BYTES_PER_CHAR = 3

/** When a full pipe is tried again: at once while its reader reads, ever more seldom while it does not. */
const RETRY_MS = { least: 1, most: 64 }

/** How long the last lines may hold the process: blocking it, when nothing is taken any more and in all; and not blocking it. */
const LAST_LINES_MS = { stalled: 500, total: 2000, waiting: 2000 }
const LAST_LINES_STEP_MS = 5

/** A full pipe, or a signal that came in between. */
const TRY_AGAIN: ReadonlySet<unknown> = new Set(['EAGAIN', 'EINTR'])

/** Errors after which no write can succeed any more; others (a full disk) may pass. */
const GONE: ReadonlySet<unknown> = new Set(['EPIPE', 'EBADF', 'ECONNRESET'])

const STDOUT = 1

/** Where lines go. Writing neither blocks the event loop nor throws. */
export interface Destination {
  /** Writes one line, or keeps it until the reader takes it; `false` when it is lost. */
  write(line: string): boolean
  /** Writes one line when this turn of the event loop ends, together with the others of the turn, or with the next that is written at once. */
  writeSoon(line: string): void
  /** Resolves when nothing waits any more, after `deadlineMs`, or when nothing was taken for 2 s. */
  flush(deadlineMs: number): Promise<void>
  /** Writes what waits, blocking for 2 s at most; for the last lines of a process. Never throws. */
  flushSync(): void
  /** Counts of lines; what waits is counted in lines too. */
  readonly health: SignalHealth
}

/**
 * Opens standard output, or another file descriptor, for lines. Each is written at once, so that even
 * a killed process has written all that it logged, or at the end of the turn where its writer says that it may wait: a
 * write for each is half of what a small request costs. What a slow reader does not take waits in
 * order, bounded. A closed pipe, a full disk or a stopped reader loses lines, counted, and nothing else.
 *
 * Not through pino's writer, sonic-boom 5: a full pipe costs it 100 ms each time (640 kB/s), its
 * blocking flush may change the order and has no end while the reader is stopped, and a line costs
 * it twice the time.
 */
export function openDestination(fd: number = STDOUT): Destination {
  if (fd === STDOUT) makeStdoutNonBlocking()
  return new LineWriter(fd)
}

/**
 * A write to a full pipe is to fail (EAGAIN), not to stop the process until somebody reads. Node
 * sets its standard output so when it opens it, and gives no other way to.
 */
function makeStdoutNonBlocking(): void {
  try {
    const stdout = fstatSync(STDOUT)
    if (!stdout.isFIFO() && !stdout.isSocket()) return
  } catch {
    // It is closed: each write will say so.
    return
  }
  // Nor is an app to die of printing to a pipe that was closed.
  process.stdout.on('error', () => undefined)
}

type Counts = { -readonly [Key in keyof SignalHealth]: SignalHealth[Key] }

class LineWriter implements Destination {
  readonly health: Counts = {
    queued: 0,
    delivered: 0,
    dropped: 0,
    failed: 0,
    lastSuccessMs: 0,
    up: true,
  }
  readonly #fd: number
  /** Lines that may wait a little; they come before any other. */
  #held: string[] = []
  #isWriteDue = false
  readonly #waiting: Buffer[] = []
  #waitingBytes = 0
  #retry: NodeJS.Timeout | undefined
  #retryMs = RETRY_MS.least
  #triedAtMs = 0
  /** Part of a line was written, the rest was not. */
  #isMidLine = false
  /** The last blocking flush was given up, and nothing was taken since. */
  #isStalled = false
  #isGone = false

  constructor(fd: number) {
    this.#fd = fd
  }

  write(line: string): boolean {
    this.#held.push(line)
    return this.#writeHeld()
  }

  writeSoon(line: string): void {
    this.#held.push(line)
    if (this.#held.length >= MAX_HELD_LINES) this.#writeHeld()
    else if (!this.#isWriteDue) this.#writeHeldSoon()
  }

  #writeHeldSoon(): void {
    this.#isWriteDue = true
    setImmediate(() => {
      this.#isWriteDue = false
      this.#writeHeld()
    })
  }

  /** Says whether the last line was written, or is kept. */
  #writeHeld(): boolean {
    const lines = this.#held
    if (lines.length === 0) return true
    this.#held = []
    const isFree = this.#waiting.length === 0 && !this.#isMidLine && !this.#isGone
    if (isFree && this.#writeWhole(lines)) return true
    return lines.map((line) => this.#keep(line)).at(-1) === true
  }

  #keep(line: string): boolean {
    const isFirst = this.#waiting.length === 0
    const bytes = Buffer.from(isFirst && this.#isMidLine ? `\n${line}` : line)
    if (this.#isGone || this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      this.health.dropped += 1
      return false
    }
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    const { failed } = this.health
    this.health.queued += 1
    if (isFirst || performance.now() - this.#triedAtMs >= this.#retryMs) this.#writeWaiting()
    return this.health.failed === failed
  }

  /** The common case without a copy of the lines: nothing waits, and the reader takes all of them. */
  #writeWhole(lines: readonly string[]): boolean {
    try {
      const text = lines.length === 1 ? (lines[0] ?? '') : lines.join('')
      const [bytes, length] = toBytes(text)
      const written = writeSync(this.#fd, bytes, 0, length)
      if (written === length) this.#noteDelivery(lines.length)
      else this.#keepRest(lines, written)
      return true
    } catch {
      // The way that keeps lines finds the same error again, and deals with it.
      return false
    }
  }

  #keepRest(lines: readonly string[], written: number): void {
    this.#waiting.push(...lines.map((line) => Buffer.from(line)))
    this.#waitingBytes = this.#waiting.reduce((sum, { length }) => sum + length, 0)
    this.#took(written)
    this.health.queued = this.#waiting.length
    this.#retryLater()
  }

  async flush(deadlineMs: number): Promise<void> {
    this.#writeHeld()
    const deadline = performance.now() + deadlineMs
    let takenAt = performance.now()
    while (this.#waiting.length > 0) {
      const waitingBytes = this.#waitingBytes
      await delay(this.#retryMs)
      this.#writeWaiting()
      const now = performance.now()
      if (this.#waitingBytes < waitingBytes) takenAt = now
      if (now >= deadline || now - takenAt > LAST_LINES_MS.waiting) return
    }
  }

  flushSync(): void {
    this.#writeHeld()
    const startedAt = performance.now()
    let takenAt = startedAt
    for (;;) {
      const waitingBytes = this.#waitingBytes
      this.#writeWaiting()
      if (this.#waiting.length === 0) return
      const now = performance.now()
      if (this.#waitingBytes < waitingBytes) takenAt = now
      if (
        this.#isStalled ||
        now - takenAt > LAST_LINES_MS.stalled ||
        now - startedAt > LAST_LINES_MS.total
      )
        break
      sleepSync(LAST_LINES_STEP_MS)
    }
    this.#isStalled = true
  }

  #writeWaiting(): void {
    clearTimeout(this.#retry)
    this.#retry = undefined
    try {
      while (this.#waiting.length > 0) {
        const bytes = writevSync(this.#fd, this.#waiting.slice(0, LINES_PER_WRITE))
        if (bytes === 0) return this.#retryLater()
        this.#took(bytes)
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (TRY_AGAIN.has(code)) this.#retryLater()
      else this.#fail(code)
    } finally {
      this.health.queued = this.#waiting.length
    }
  }

  #took(bytes: number): void {
    this.#waitingBytes -= bytes
    let left = bytes
    let lines = 0
    for (const line of this.#waiting) {
      if (left < line.length) break
      left -= line.length
      lines += 1
    }
    this.#waiting.splice(0, lines)
    const cut = this.#waiting[0]
    if (left > 0 && cut !== undefined) this.#waiting[0] = cut.subarray(left)
    this.#isMidLine = left > 0
    this.#noteDelivery(lines)
  }

  #noteDelivery(lines: number): void {
    this.#isStalled = false
    this.#retryMs = RETRY_MS.least
    this.health.delivered += lines
    this.health.lastSuccessMs = Date.now()
    this.health.up = true
  }

  #retryLater(): void {
    this.#triedAtMs = performance.now()
    this.#retry = setTimeout(() => this.#writeWaiting(), this.#retryMs).unref()
    this.#retryMs = Math.min(RETRY_MS.most, this.#retryMs * 2)
  }

  #fail(code: string | undefined): void {
    this.health.failed += this.#waiting.length
    this.health.up = false
    this.#waiting.length = 0
    this.#waitingBytes = 0
    this.#isGone = GONE.has(code)
  }
}

let buffer: Buffer | undefined

/** Gives a text's bytes, until the next call. */
function toBytes(text: string): readonly [Buffer, number] {
  if (text.length * MAX_BYTES_PER_CHAR > BUFFER_BYTES) {
    const bytes = Buffer.from(text)
    return [bytes, bytes.length]
  }
  buffer ??= Buffer.allocUnsafeSlow(BUFFER_BYTES)
  return [buffer, buffer.write(text)]
}

const sleeper = new Int32Array(new SharedArrayBuffer(4))

function sleepSync(ms: number): void {
  Atomics.wait(sleeper, 0, 0, ms)
}
