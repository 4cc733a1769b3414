/** The headers that carry a request's context to the next service; never `authorization` or `cookie`. */
export const PROPAGATED = {
  traceparent: 'traceparent',
  tracestate: 'tracestate',
  baggage: 'baggage',
  requestId: 'x-request-id',
  requestTimeoutMs: 'x-request-timeout-ms',
} as const

/** Bounds on what is taken from a caller. Sources: W3C Trace Context §3.3.1.1, W3C Baggage §3.3.2. */
export const PROPAGATION_LIMITS = {
  tracestateChars: 512,
  tracestateMembers: 32,
  baggageBytes: 8192,
  baggageMembers: 64,
  requestIdChars: 128,
} as const
