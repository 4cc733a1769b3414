import type { PackedText } from './packed-text.ts'
import type { SpanKind } from './record.ts'

/** What a person calls a span: how it is titled, how it came out, and where it went. */
export interface SpanWords {
  readonly title: string
  readonly status: string | undefined
  readonly peer: Peer | undefined
}

/** Where a call goes. */
export interface Peer {
  readonly to: string
  readonly toKind: 'database' | 'queue' | 'other'
}

/** What many spans have in common; they share one copy of it. */
export interface SharedWords extends SpanWords {
  readonly service: string
  readonly name: string
  readonly kind: SpanKind
  readonly isError: boolean
  /** As JSON. */
  readonly resource: string
}

/** What a span has for itself. */
export interface OwnParts {
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly startMs: number
  readonly durationMs: number
  /** The detail without its resource. */
  readonly detail: PackedText
}

/** A span as it is kept: tens of thousands are, so that it holds little of its own. */
export class StoredSpan {
  readonly words: SharedWords
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly startMs: number
  readonly durationMs: number
  readonly detail: PackedText

  constructor(words: SharedWords, own: OwnParts) {
    this.words = words
    this.spanId = own.spanId
    this.parentSpanId = own.parentSpanId
    this.startMs = own.startMs
    this.durationMs = own.durationMs
    this.detail = own.detail
  }

  /** The service it is of. */
  get service(): string {
    return this.words.service
  }
}
