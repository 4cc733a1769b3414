/** The parts of OpenTelemetry's SpanContext that a child needs. */
export interface SpanContextLike {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
  readonly traceState?: { serialize(): string } | undefined
}

const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/

/** Says whether a span context of any maker can be a parent. */
export function isSpanContextValid(context: SpanContextLike): boolean {
  return TRACE_ID.test(context.traceId) && SPAN_ID.test(context.spanId)
}
