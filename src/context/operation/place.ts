import { isSpanContextValid, type SpanContextLike } from '../propagation/span-context.ts'
import { newSpanId, newTraceId } from '../ids.ts'
import { observer } from '../observer.ts'
import type { TracePlace } from './operation.ts'
import type { Scope } from '../scope.ts'

/** Gives the place of a new operation below the span that runs in `parent`, or at the root of a new trace. */
export function toChildPlace(parent: Scope | undefined): TracePlace {
  const span: SpanContextLike | undefined = parent?.span?.spanContext()
  if (span === undefined || !isSpanContextValid(span)) return toRootPlace()
  return {
    traceId: span.traceId,
    spanId: newSpanId(),
    parentSpanId: span.spanId,
    sampled: observer().sampler(span.traceId, (span.traceFlags & 1) === 1),
    traceState: span.traceState?.serialize(),
  }
}

/** Gives the place of an operation that begins a trace. */
export function toRootPlace(): TracePlace {
  const traceId = newTraceId()
  return {
    traceId,
    spanId: newSpanId(),
    parentSpanId: undefined,
    sampled: observer().sampler(traceId, undefined),
    traceState: undefined,
  }
}
