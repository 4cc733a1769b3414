import { isSpanContextValid, type SpanContextLike } from '../propagation/span-context.ts'
import { newSpanId, newTraceId } from '../ids.ts'
import { observer } from '../observer.ts'
import { Operation, type TracePlace } from './operation.ts'
import type { Scope } from '../scope.ts'

/** Gives the place of a new operation below the span that runs in `parent`, or at the root of a new trace. */
export function toChildPlace(parent: Scope | undefined): TracePlace {
  const span = parent?.span
  const place = span instanceof Operation ? span : toPlace(span?.spanContext())
  if (place === undefined) return toRootPlace()
  const { traceId, traceState } = place
  return {
    traceId,
    spanId: newSpanId(),
    parentSpanId: place.spanId,
    sampled: observer().sampler(traceId, place.sampled),
    traceState,
  }
}

/** Gives where a span of another maker is, if it says so as it should. */
function toPlace(
  context: SpanContextLike | undefined,
): Omit<TracePlace, 'parentSpanId'> | undefined {
  if (context === undefined || !isSpanContextValid(context)) return undefined
  const { traceId, spanId, traceFlags, traceState } = context
  return { traceId, spanId, sampled: (traceFlags & 1) === 1, traceState: traceState?.serialize() }
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
