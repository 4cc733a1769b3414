import type { LogItem } from './api.ts'
import type { Limits } from './limits.ts'
import { type PackedText, TextPacker, toPackedBytes, toUnpacked } from './packed-text.ts'
import type { LogRecord } from './record.ts'
import { Ring } from './ring.ts'

/** A line as it is kept: its fields as packed JSON. */
export type StoredLog = Omit<LogItem, 'fields'> & { readonly fields: PackedText }

/** Keeps lines; the oldest go first when one of the limits is met. */
export class LogStore {
  readonly #ring: Ring<StoredLog>
  readonly #maxBytes: number
  #bytes = 0
  readonly #packer = new TextPacker()
  #seq = 0

  constructor(limits: Limits) {
    this.#ring = new Ring(limits.logs)
    this.#maxBytes = limits.logBytes
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
    const stored = {
      ...record,
      seq: this.#seq,
      fields: this.#packer.pack(JSON.stringify(record.fields)),
    }
    this.#bytes += sizeOf(stored)
    this.#forget(this.#ring.push(stored))
    while (this.#ring.length > 1 && this.#bytes > this.#maxBytes) this.#forget(this.#ring.shift())
    return stored
  }

  /** The lines, newest first. */
  newestFirst(): Generator<StoredLog, undefined> {
    return this.#ring.newestFirst()
  }

  /** Forgets everything. */
  clear(): void {
    this.#ring.clear()
    this.#bytes = 0
  }

  #forget(log: StoredLog | undefined): void {
    if (log !== undefined) this.#bytes -= sizeOf(log)
  }
}

/** Gives a kept line as the API does. */
export function toLogItem(log: StoredLog): LogItem {
  return { ...log, fields: JSON.parse(toUnpacked(log.fields)) as LogItem['fields'] }
}

function sizeOf(log: StoredLog): number {
  return toPackedBytes(log.fields) + log.message.length
}
