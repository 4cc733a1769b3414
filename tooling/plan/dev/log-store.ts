import type { LogItem } from './api.ts'
import type { Limits } from './limits.ts'
import type { LogRecord } from './record.ts'
import { Ring } from './ring.ts'

/** A line as it is kept: its fields as JSON. */
export type StoredLog = Omit<LogItem, 'fields'> & { readonly fields: string }

/** Keeps lines; the oldest go first when one of the limits is met. */
export class LogStore {
  readonly #ring: Ring<StoredLog>
  readonly #maxChars: number
  #chars = 0
  #seq = 0

  constructor(limits: Limits) {
    this.#ring = new Ring(limits.logs)
    this.#maxChars = limits.logChars
  }

  /** How many lines there are. */
  get length(): number {
    return this.#ring.length
  }

  /** How many lines were let go. */
  get droppedCount(): number {
    return this.#ring.droppedCount
  }

  /** Adds a line. */
  add(record: LogRecord): StoredLog {
    this.#seq += 1
    const stored = { ...record, seq: this.#seq, fields: JSON.stringify(record.fields) }
    this.#chars += sizeOf(stored)
    this.#forget(this.#ring.push(stored))
    while (this.#ring.length > 1 && this.#chars > this.#maxChars) this.#forget(this.#ring.shift())
    return stored
  }

  /** The lines, newest first. */
  newestFirst(): Generator<StoredLog, undefined> {
    return this.#ring.newestFirst()
  }

  /** Forgets everything. */
  clear(): void {
    this.#ring.clear()
    this.#chars = 0
  }

  #forget(log: StoredLog | undefined): void {
    if (log !== undefined) this.#chars -= sizeOf(log)
  }
}

/** Gives a kept line as the API does. */
export function toLogItem(log: StoredLog): LogItem {
  return { ...log, fields: JSON.parse(log.fields) as LogItem['fields'] }
}

function sizeOf(log: StoredLog): number {
  return log.fields.length + log.message.length
}
