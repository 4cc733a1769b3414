/** The value of an attribute. Integers beyond 2^53 are bigint. */
export type AttributeValue =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue }

/** Attributes of a span, event, link or resource. */
export type Attributes = Readonly<Record<string, AttributeValue>>

/** What role a span has: the OpenTelemetry span kinds in lower case. */
export type ReceivedSpanKind =
  | 'unspecified'
  | 'internal'
  | 'server'
  | 'client'
  | 'producer'
  | 'consumer'

/** One span as the collector received it. Ids are lower-case hex. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  /** `undefined` for the root of a trace. */
  readonly parentSpanId: string | undefined
  readonly traceState: string
  /** Bits 0–7 are the W3C trace flags, bits 8–9 say whether the parent is remote. */
  readonly flags: number
  readonly name: string
  readonly kind: ReceivedSpanKind
  readonly startTimeUnixNano: bigint
  readonly endTimeUnixNano: bigint
  readonly attributes: Attributes
  readonly events: readonly ReceivedSpanEvent[]
  readonly links: readonly ReceivedSpanLink[]
  readonly status: { readonly code: 'unset' | 'ok' | 'error'; readonly message: string }
  /** The attributes of the resource: `service.name` and the rest. */
  readonly resource: Attributes
  /** The instrumentation scope, such as `@opentelemetry/instrumentation-pg`. */
  readonly scope: { readonly name: string; readonly version: string }
}

/** Something that happened during a span. */
export interface ReceivedSpanEvent {
  readonly timeUnixNano: bigint
  readonly name: string
  readonly attributes: Attributes
}

/** A reference from one span to another that is not its parent. */
export interface ReceivedSpanLink {
  readonly traceId: string
  readonly spanId: string
  readonly traceState: string
  readonly flags: number
  readonly attributes: Attributes
}
