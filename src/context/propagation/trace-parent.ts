import { PROPAGATION_LIMITS } from '../../convention/propagation.ts'

/** What a caller says of the trace it is in. */
export interface TraceParent {
  readonly traceId: string
  readonly spanId: string
  readonly sampled: boolean
  /** The vendors' part, passed on as it came; `undefined` when absent or out of bounds. */
  readonly traceState: string | undefined
}

// version "-" trace-id "-" parent-id "-" flags; a later version may append more. Source: W3C Trace Context §3.2.
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/
const V00_LENGTH = 55

/** Parses the two trace headers; `undefined` when `traceparent` is absent or malformed. Never throws. */
export function parseTraceParent(
  traceparent: unknown,
  tracestate: unknown,
): TraceParent | undefined {
  if (typeof traceparent !== 'string' || traceparent.length < V00_LENGTH) return undefined
  const match = TRACEPARENT.exec(traceparent)
  if (match === null) return undefined
  const [, version, traceId = '', spanId = '', flags = ''] = match
  if (version === '00' && traceparent.length !== V00_LENGTH) return undefined
  const sampled = (Number.parseInt(flags, 16) & 1) === 1
  return { traceId, spanId, sampled, traceState: acceptTraceState(tracestate) }
}

/** Spells `traceparent` for the next service. */
export function formatTraceParent(traceId: string, spanId: string, sampled: boolean): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
}

function acceptTraceState(header: unknown): string | undefined {
  const text = Array.isArray(header) ? header.join(',') : header
  if (typeof text !== 'string' || text === '' || text.length > PROPAGATION_LIMITS.tracestateChars)
    return undefined
  if (text.split(',').length > PROPAGATION_LIMITS.tracestateMembers) return undefined
  return isPrintable(text) ? text : undefined
}

/** Says whether `text` holds only printable ASCII: what may be sent on in a header. */
export function isPrintable(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}
