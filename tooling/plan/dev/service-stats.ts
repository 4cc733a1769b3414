import type { ServiceSummary } from './api.ts'
import type { SpanRecord } from './record.ts'

const SLOT_MS = 5_000
const SLOTS = 60
/** The last minute. */
const RATE_SLOTS = 12
const MAX_DURATIONS = 1_024

type Counts = Record<'spans' | 'logs' | 'errors' | 'points', number>
type Window = Pick<
  ServiceSummary,
  'rate' | 'errorRatio' | 'p50Ms' | 'p95Ms' | 'history' | 'failures'
>

/** Counts of the last minutes, in slots of 5 s. */
export class SlotCounts {
  readonly #counts = new Float64Array(SLOTS)
  #lastSlot = 0

  /** Counts one thing that happened at `timeMs`. */
  add(timeMs: number): void {
    const slot = Math.floor(timeMs / SLOT_MS)
    if (slot > this.#lastSlot) this.#moveTo(slot)
    if (slot > this.#lastSlot - SLOTS) this.#counts[slot % SLOTS] = this.#at(slot) + 1
  }

  /** Gives the counts up to now, oldest first. */
  read(nowMs: number): number[] {
    const now = Math.floor(nowMs / SLOT_MS)
    return Array.from({ length: SLOTS }, (_, index) => {
      const slot = now - SLOTS + 1 + index
      return slot > this.#lastSlot || slot <= this.#lastSlot - SLOTS ? 0 : this.#at(slot)
    })
  }

  #at(slot: number): number {
    return this.#counts[slot % SLOTS] ?? 0
  }

  #moveTo(slot: number): void {
    const from = Math.max(this.#lastSlot + 1, slot - SLOTS + 1)
    for (let cleared = from; cleared <= slot; cleared += 1) this.#counts[cleared % SLOTS] = 0
    this.#lastSlot = slot
  }
}

/** What is known of one service by what it sends. */
export class ServiceStats {
  readonly counts: Counts = { spans: 0, logs: 0, errors: 0, points: 0 }
  lastSeenMs: number | undefined
  readonly #requests = new SlotCounts()
  readonly #failed = new SlotCounts()
  readonly #durations = new Float64Array(MAX_DURATIONS)
  readonly #ends = new Float64Array(MAX_DURATIONS)
  #measured = 0

  /** Counts a record of one kind. */
  count(kind: keyof Counts, nowMs: number, count = 1): void {
    this.counts[kind] += count
    this.lastSeenMs = nowMs
  }

  /** Counts a span that is a request to the service. */
  addRequest({ startMs, durationMs, isError }: SpanRecord): void {
    const endMs = startMs + durationMs
    this.#requests.add(endMs)
    if (isError) this.#failed.add(endMs)
    this.#durations[this.#measured % MAX_DURATIONS] = durationMs
    this.#ends[this.#measured % MAX_DURATIONS] = endMs
    this.#measured += 1
  }

  /** Gives the last minutes. */
  read(nowMs: number): Window {
    const history = this.#requests.read(nowMs)
    const failures = this.#failed.read(nowMs)
    const requests = sum(history.slice(-RATE_SLOTS))
    const failed = sum(failures.slice(-RATE_SLOTS))
    const recent = this.#recentDurations(nowMs)
    return {
      rate: requests / ((RATE_SLOTS * SLOT_MS) / 1000),
      errorRatio: requests === 0 ? 0 : failed / requests,
      ...(recent.length === 0
        ? {}
        : { p50Ms: quantile(recent, 0.5), p95Ms: quantile(recent, 0.95) }),
      history,
      failures,
    }
  }

  #recentDurations(nowMs: number): Float64Array {
    const length = Math.min(this.#measured, MAX_DURATIONS)
    const fromMs = nowMs - SLOTS * SLOT_MS
    return this.#durations
      .subarray(0, length)
      .filter((_, index) => (this.#ends[index] ?? 0) >= fromMs)
      .toSorted()
  }
}

/** Gives a quantile of sorted values. */
export function quantile(sorted: ArrayLike<number>, part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
