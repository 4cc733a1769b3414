import type { Attributes, HrTime, SpanContext, SpanStatus } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { OperationFacts, SpanEvent } from '../context/facts.ts'
import { STATUS_ERROR } from '../context/operation.ts'

const STATUS_UNSET = 0
const SAMPLED = 1

/** A finished operation waiting for delivery, with the attributes of its kind. */
export interface FinishedSpan {
  readonly facts: OperationFacts
  readonly attributes: (facts: never) => Attributes
  /** The operation counts as failed, in the sense of its kind. */
  readonly failed: boolean
}

/** Spells a finished operation as the OpenTelemetry SDK's exporters read spans. */
export function toReadableSpan(
  { facts, attributes, failed }: FinishedSpan,
  resource: ReadableSpan['resource'],
): ReadableSpan {
  const endMs = facts.startTimeMs + facts.durationMs
  const context = toSpanContext(facts, facts.spanId)
  return {
    name: facts.name,
    kind: facts.kind,
    spanContext: () => context,
    ...(facts.parentSpanId === undefined
      ? {}
      : { parentSpanContext: toSpanContext(facts, facts.parentSpanId) }),
    startTime: toHrTime(facts.startTimeMs),
    endTime: toHrTime(endMs),
    duration: toHrTime(facts.durationMs),
    status: toStatus(facts, failed),
    attributes: attributes(facts as never),
    links: [...(facts.links ?? [])],
    events: [...(facts.events ?? []), ...exceptionEvent(facts, endMs)].map(
      ({ name, timeMs, attributes: own }) => ({
        name,
        time: toHrTime(timeMs),
        ...(own === undefined ? {} : { attributes: own }),
        droppedAttributesCount: 0,
      }),
    ),
    ended: true,
    resource,
    instrumentationScope: scopeOf(facts.scopeName),
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  } as ReadableSpan
}

const scopes = new Map<string, { name: string }>()

/** The exporter groups spans by the identity of their scope. */
function scopeOf(name: string): { name: string } {
  const known = scopes.get(name)
  if (known !== undefined) return known
  const scope = { name }
  scopes.set(name, scope)
  return scope
}

function toSpanContext(facts: OperationFacts, spanId: string): SpanContext {
  const state = facts.traceState
  return {
    traceId: facts.traceId,
    spanId,
    traceFlags: SAMPLED,
    ...(state === undefined
      ? {}
      : { traceState: { serialize: () => state } as NonNullable<SpanContext['traceState']> }),
  }
}

function toStatus(facts: OperationFacts, failed: boolean): SpanStatus {
  if (facts.status !== undefined) return facts.status
  if (!failed) return { code: STATUS_UNSET }
  const message = facts.failure instanceof Error ? facts.failure.message : undefined
  return message === undefined ? { code: STATUS_ERROR } : { code: STATUS_ERROR, message }
}

/** Trace viewers show exceptions from span events still, though the conventions move them to log records. */
function exceptionEvent({ failure }: OperationFacts, timeMs: number): SpanEvent[] {
  if (failure === undefined) return []
  if (!(failure instanceof Error))
    return [{ name: 'exception', timeMs, attributes: { 'exception.message': String(failure) } }]
  const attributes = {
    'exception.type': failure.name,
    'exception.message': failure.message,
    ...(failure.stack === undefined ? {} : { 'exception.stacktrace': failure.stack }),
  }
  return [{ name: 'exception', timeMs, attributes }]
}

function toHrTime(ms: number): HrTime {
  const seconds = Math.trunc(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}
