import type { Limits } from './limits.ts'
import { RECORD_LIMITS } from './limits.ts'
import type { SpanDetail, SpanKind, SpanRecord } from './record.ts'
import { Ring } from './ring.ts'

/** A span as it is kept: what lists need at hand, the rest as JSON, which takes a third of the memory. */
export interface StoredSpan {
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly service: string
  readonly name: string
  readonly title: string
  readonly status: string | undefined
  readonly kind: SpanKind
  readonly startMs: number
  readonly durationMs: number
  readonly isError: boolean
  readonly resource: string
  /** The detail without its resource. */
  readonly detail: string
}

/** A trace as it is kept. */
export interface StoredTrace {
  readonly seq: number
  readonly traceId: string
  readonly spans: StoredSpan[]
  startMs: number
  endMs: number
  errorCount: number
  droppedSpans: number
  isDropped: boolean
}

/** What a person calls a span: how it is titled, and how it came out. */
export interface SpanWords {
  readonly title: string
  readonly status: string | undefined
}

/** Keeps traces; the oldest go first when one of the limits is met. */
export class TraceStore {
  readonly #limits: Limits
  readonly #ring: Ring<StoredTrace>
  readonly #byId = new Map<string, StoredTrace>()
  readonly #known = new Map<string, string>()
  #seq = 0
  #spanCount = 0
  #chars = 0

  constructor(limits: Limits) {
    this.#limits = limits
    this.#ring = new Ring(limits.traces)
  }

  /** How many traces there are. */
  get length(): number {
    return this.#ring.length
  }

  /** How many traces were let go. */
  get droppedCount(): number {
    return this.#ring.droppedCount
  }

  /** How many spans there are. */
  get spanCount(): number {
    return this.#spanCount
  }

  /** Adds one span. */
  add(span: SpanRecord, words: SpanWords): void {
    const trace = this.#byId.get(span.traceId) ?? this.#open(span)
    if (trace.spans.length >= RECORD_LIMITS.spansOfTrace) {
      trace.droppedSpans += 1
      return
    }
    const stored = this.#toStored(span, words)
    trace.spans.push(stored)
    trace.startMs = Math.min(trace.startMs, span.startMs)
    trace.endMs = Math.max(trace.endMs, span.startMs + span.durationMs)
    if (span.isError) trace.errorCount += 1
    this.#spanCount += 1
    this.#chars += stored.detail.length
    this.#keepToLimits()
  }

  /** Gives one trace. */
  find(traceId: string): StoredTrace | undefined {
    return this.#byId.get(traceId)
  }

  /** The traces, the one that began to arrive last first. */
  newestFirst(): Generator<StoredTrace, undefined> {
    return this.#ring.newestFirst()
  }

  /** Forgets everything. */
  clear(): void {
    this.#ring.clear()
    this.#byId.clear()
    this.#spanCount = 0
    this.#chars = 0
  }

  #open(span: SpanRecord): StoredTrace {
    this.#seq += 1
    const trace: StoredTrace = {
      seq: this.#seq,
      traceId: span.traceId,
      spans: [],
      startMs: span.startMs,
      endMs: span.startMs,
      errorCount: 0,
      droppedSpans: 0,
      isDropped: false,
    }
    this.#byId.set(span.traceId, trace)
    this.#forget(this.#ring.push(trace))
    return trace
  }

  #keepToLimits(): void {
    const { spans, spanChars } = this.#limits
    while (this.#ring.length > 1 && (this.#spanCount > spans || this.#chars > spanChars))
      this.#forget(this.#ring.shift())
  }

  #forget(trace: StoredTrace | undefined): void {
    if (trace === undefined) return
    trace.isDropped = true
    this.#byId.delete(trace.traceId)
    this.#spanCount -= trace.spans.length
    for (const { detail } of trace.spans) this.#chars -= detail.length
  }

  #toStored(span: SpanRecord, { title, status }: SpanWords): StoredSpan {
    const { resource, ...detail } = span.detail
    return {
      spanId: span.spanId,
      parentSpanId: span.parentSpanId,
      service: this.#shared(span.service),
      name: this.#shared(span.name),
      title: this.#shared(title),
      status: status === undefined ? undefined : this.#shared(status),
      kind: span.kind,
      startMs: span.startMs,
      durationMs: span.durationMs,
      isError: span.isError,
      resource: this.#shared(JSON.stringify(resource)),
      detail: JSON.stringify(detail),
    }
  }

  /** Gives the one copy of a text that many spans have. */
  #shared(text: string): string {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    if (this.#known.size >= MAX_SHARED) this.#known.clear()
    this.#known.set(text, text)
    return text
  }
}

const MAX_SHARED = 4_000

/** Gives the part of a span that is looked at one span at a time. */
export function toDetail({ detail, resource }: StoredSpan): SpanDetail {
  return { ...JSON.parse(detail), resource: JSON.parse(resource) } as SpanDetail
}
