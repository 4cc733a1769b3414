import type { ErrorItem } from './api.ts'
import type { Limits } from './limits.ts'
import type { ErrorDetail, ErrorRecord, ErrorSource } from './record.ts'
import { findOwnFrame } from './stack.ts'
import { Ring } from './ring.ts'
import { toHash } from './hash.ts'

/** An error as it is kept: its detail as JSON. Several signals may tell of one. */
export interface StoredError extends Omit<ErrorItem, 'sources' | 'group'> {
  group: string
  place: string | undefined
  /** Every span that it went through. */
  readonly spanIds: string[]
  sources: ErrorSource[]
  detail: string
}

/** How far apart two signals may tell of one error that has no trace. */
const SAME_ERROR_MS = 10_000
/** How many of the newest errors are looked at for one that another signal told of. */
const LOOK_BACK = 200

/** Keeps errors; the oldest go first. An error that several signals tell of is kept once. */
export class ErrorStore {
  readonly #ring: Ring<StoredError>
  readonly #maxChars: number
  #chars = 0
  #seq = 0

  constructor(limits: Limits) {
    this.#ring = new Ring(limits.errors)
    this.#maxChars = limits.errorBytes
  }

  /** How many errors there are. */
  get length(): number {
    return this.#ring.length
  }

  /** How many errors were let go. */
  get droppedCount(): number {
    return this.#ring.droppedCount
  }

  /** Adds an error, or what it adds to one that is here; says whether it is a new one. */
  add(record: ErrorRecord): boolean {
    const same = this.#findSame(record)
    if (same !== undefined) {
      this.#merge(same, record)
      return false
    }
    this.#seq += 1
    const { detail, source, ...shared } = record
    const place = toPlace(detail)
    const stored: StoredError = {
      ...shared,
      seq: this.#seq,
      group: toGroup(record, place),
      place,
      spanIds: record.spanId === undefined ? [] : [record.spanId],
      sources: [source],
      detail: JSON.stringify(detail),
    }
    this.#chars += stored.detail.length
    this.#forget(this.#ring.push(stored))
    while (this.#ring.length > 1 && this.#chars > this.#maxChars) this.#forget(this.#ring.shift())
    return true
  }

  /** The errors, newest first. */
  newestFirst(): Generator<StoredError, undefined> {
    return this.#ring.newestFirst()
  }

  /** Forgets everything. */
  clear(): void {
    this.#ring.clear()
    this.#chars = 0
  }

  #forget(error: StoredError | undefined): void {
    if (error !== undefined) this.#chars -= error.detail.length
  }

  #findSame(record: ErrorRecord): StoredError | undefined {
    let looked = 0
    for (const error of this.#ring.newestFirst()) {
      looked += 1
      if (looked > LOOK_BACK) return undefined
      if (isSame(error, record)) return error
    }
    return undefined
  }

  /** What Sentry sends says most: its stack has the source around each frame. */
  #merge(error: StoredError, record: ErrorRecord): void {
    const { spanId } = record
    if (spanId !== undefined && !error.spanIds.includes(spanId)) error.spanIds.push(spanId)
    const isKnown = error.sources.includes(record.source)
    if (!isKnown) error.sources.push(record.source)
    if (isKnown || !isRicher(record.source, error.sources)) return
    const before = JSON.parse(error.detail) as ErrorDetail
    const frames = record.detail.frames.length > 0 ? record.detail.frames : before.frames
    this.#chars -= error.detail.length
    error.detail = JSON.stringify({ ...before, ...record.detail, frames })
    this.#chars += error.detail.length
    error.place = toPlace({ ...record.detail, frames }) ?? error.place
    error.group = toGroup(record, error.place)
  }
}

const RICHNESS: Readonly<Record<ErrorSource, number>> = { log: 0, span: 1, sentry: 2 }

function isRicher(source: ErrorSource, sources: readonly ErrorSource[]): boolean {
  return sources.every((other) => RICHNESS[source] >= RICHNESS[other])
}

/** An error that goes through several spans of a trace, and that several layers log, is one. */
function isSame(error: StoredError, record: ErrorRecord): boolean {
  return (
    error.service === record.service &&
    error.traceId === record.traceId &&
    error.type === record.type &&
    error.message === record.message &&
    (record.traceId !== undefined ||
      (!error.sources.includes(record.source) &&
        Math.abs(error.timeMs - record.timeMs) < SAME_ERROR_MS))
  )
}

/** Gives where an error was thrown: the first frame of the app itself. */
function toPlace({ frames }: ErrorDetail): string | undefined {
  const frame = findOwnFrame(frames) ?? frames[0]
  if (frame === undefined) return undefined
  const file = frame.file.split('/').slice(-2).join('/')
  return frame.line === undefined ? file : `${file}:${frame.line}`
}

/** Errors are the same one when they are of one service and type, from one place; else of one wording. */
function toGroup({ service, type, message }: ErrorRecord, place: string | undefined): string {
  return toHash([service, type, place ?? message.replaceAll(/\d+|[0-9a-f-]{16,}/g, '#')].join('\n'))
}
