import { FieldCodec } from './field-codec.ts'
import type { Limits } from './limits.ts'
import { RECORD_LIMITS } from './limits.ts'
import { TextPacker, toPackedBytes, toUnpacked } from './packed-text.ts'
import type { Fields, SpanDetail, SpanRecord } from './record.ts'
import { Ring } from './ring.ts'
import { type SharedWords, type SpanWords, StoredSpan } from './stored-span.ts'

/** A trace as it is kept. */
export interface StoredTrace {
  readonly seq: number
  readonly traceId: string
  readonly spans: StoredSpan[]
  startMs: number
  endMs: number
  errorCount: number
  droppedSpans: number
}

/** Keeps traces; the oldest go first when one of the limits is met. */
export class TraceStore {
  readonly #limits: Limits
  readonly #ring: Ring<StoredTrace>
  readonly #byId = new Map<string, StoredTrace>()
  readonly #words = new Map<string, SharedWords>()
  #seq = 0
  #spanCount = 0
  #bytes = 0
  readonly #packer = new TextPacker()
  readonly #codec = new FieldCodec()

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
    this.#bytes += toPackedBytes(stored.detail)
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

  /** Gives the part of a span that is looked at one span at a time. */
  detailOf({ detail, words }: StoredSpan): SpanDetail {
    const [attributes, events, links, scope, statusMessage] = JSON.parse(
      toUnpacked(detail),
    ) as ShortDetail
    return {
      ...(statusMessage === '' ? {} : { statusMessage }),
      attributes: this.#codec.decode(attributes),
      events: events.map(([timeMs, name, fields]) => ({
        timeMs,
        name,
        attributes: this.#codec.decode(fields),
      })),
      links: links.map(([traceId, spanId]) => ({ traceId, spanId })),
      scope,
      resource: JSON.parse(words.resource) as Fields,
    }
  }

  /** Makes what says whether a span's detail holds a text, given in lower case. */
  toDetailSearch(text: string): (span: StoredSpan) => boolean {
    const known = this.#codec.numbersOf(text)
    return ({ detail }) => {
      const short = toUnpacked(detail)
      return short.toLowerCase().includes(text) || (known.size > 0 && holdsOne(short, known))
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#ring.clear()
    this.#byId.clear()
    this.#spanCount = 0
    this.#bytes = 0
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
    }
    this.#byId.set(span.traceId, trace)
    this.#forget(this.#ring.push(trace))
    return trace
  }

  #keepToLimits(): void {
    const { spans, spanBytes } = this.#limits
    while (this.#ring.length > 1 && (this.#spanCount > spans || this.#bytes > spanBytes))
      this.#forget(this.#ring.shift())
  }

  #forget(trace: StoredTrace | undefined): void {
    if (trace === undefined) return
    this.#byId.delete(trace.traceId)
    this.#spanCount -= trace.spans.length
    for (const { detail } of trace.spans) this.#bytes -= toPackedBytes(detail)
  }

  #toStored(span: SpanRecord, words: SpanWords): StoredSpan {
    const { spanId, parentSpanId, startMs, durationMs } = span
    const detail = this.#packer.pack(JSON.stringify(this.#toShort(span.detail)))
    const own = { spanId, parentSpanId, startMs, durationMs, detail }
    return new StoredSpan(this.#shareWords(span, words), own)
  }

  #toShort({ attributes, events, links, scope, statusMessage }: SpanDetail): ShortDetail {
    return [
      this.#codec.encode(attributes),
      events.map(({ timeMs, name, attributes: fields }) => [
        timeMs,
        name,
        this.#codec.encode(fields),
      ]),
      links.map(({ traceId, spanId }) => [traceId, spanId]),
      scope,
      statusMessage ?? '',
    ]
  }

  /** Gives the one copy of what many spans have in common. */
  #shareWords(span: SpanRecord, { title, status, peer }: SpanWords): SharedWords {
    const { service, name, kind, isError, detail } = span
    const resource = JSON.stringify(detail.resource)
    const made = { service, name, title, status, peer, kind, isError, resource }
    const key = JSON.stringify(made)
    const known = this.#words.get(key)
    if (known !== undefined) return known
    if (this.#words.size >= MAX_WORDS) this.#words.clear()
    this.#words.set(key, made)
    return made
  }
}

/** Says whether one of the names and texts that stand as a number is among `known`. */
function holdsOne(short: string, known: ReadonlySet<number>): boolean {
  const [attributes, events] = JSON.parse(short) as ShortDetail
  const all = [attributes, ...events.map(([, , fields]) => fields)]
  return all.some((fields) => fields.some((each) => typeof each === 'number' && known.has(each)))
}

/** A span's detail in short: its attributes, events, links, scope and status message. */
type ShortDetail = readonly [
  attributes: readonly unknown[],
  events: readonly (readonly [timeMs: number, name: string, attributes: readonly unknown[]])[],
  links: readonly (readonly [traceId: string, spanId: string])[],
  scope: string,
  statusMessage: string,
]

const MAX_WORDS = 1_000
