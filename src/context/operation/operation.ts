import type {
  Attributes,
  AttributeValue,
  Exception,
  Link,
  Span,
  SpanContext,
  SpanKind,
  SpanStatus,
  SpanStatusCode,
  TimeInput,
} from '@opentelemetry/api'
import { monotonicMs, toEpochMs } from '../clock.ts'
import type { OperationFacts, SpanEvent } from '../facts.ts'
import { Scope } from '../scope.ts'
import { toEpochTime } from '../time-input.ts'
import { HeaderTraceState } from '../propagation/trace-state.ts'

/** Numbers of OpenTelemetry's span kinds, written out so that its API need not be loaded for them. */
export const SPAN_KIND = { internal: 0, server: 1, client: 2, producer: 3, consumer: 4 } as const

/** OpenTelemetry's status code ERROR. */
export const STATUS_ERROR: SpanStatusCode.ERROR = 2

/** The trace an operation is part of, and its place there. */
export interface TracePlace {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly sampled: boolean
  readonly traceState: string | undefined
}

/**
 * Anything that takes time and is told of: a request, a call, a query, a job, a span of the app's.
 *
 * It is the record that the signals read, the OpenTelemetry span that instrumentations write to, and
 * the scope that its work runs in, in one object.
 */
export abstract class Operation extends Scope implements Span, OperationFacts {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly sampled: boolean
  readonly traceState: string | undefined
  readonly kind: SpanKind
  readonly startedAt: number
  name: string
  durationMs = -1
  failure: unknown = undefined
  status: SpanStatus | undefined = undefined
  attributes: Attributes | undefined = undefined
  events: SpanEvent[] | undefined = undefined
  links: Link[] | undefined = undefined
  scopeName = 'servicex'

  constructor(place: TracePlace, kind: SpanKind, name: string, parent: Scope | undefined) {
    super(undefined, parent?.input, parent?.fields, parent?.values)
    ;(this as { span: Span }).span = this
    this.traceId = place.traceId
    this.spanId = place.spanId
    this.parentSpanId = place.parentSpanId
    this.sampled = place.sampled
    this.traceState = place.traceState
    this.kind = kind
    this.name = name
    this.startedAt = monotonicMs()
  }

  /** Hands the finished record to the signals. */
  protected abstract publish(): void

  get startTimeMs(): number {
    return toEpochMs(this.startedAt)
  }

  get ended(): boolean {
    return this.durationMs >= 0
  }

  /** Ends the operation, once; later calls change nothing. */
  finish(): void {
    if (this.ended) return
    this.durationMs = monotonicMs() - this.startedAt
    this.publish()
  }

  /** Notes what was thrown; the first counts. */
  fail(error: unknown): void {
    if (this.failure === undefined && !this.ended)
      this.failure = error ?? new Error(`failed with ${String(error)}`)
  }

  spanContext(): SpanContext {
    return {
      traceId: this.traceId,
      spanId: this.spanId,
      traceFlags: this.sampled ? 1 : 0,
      ...(this.traceState === undefined
        ? {}
        : { traceState: new HeaderTraceState(this.traceState) }),
    }
  }

  isRecording(): boolean {
    return this.sampled && !this.ended
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (!this.ended) (this.attributes ??= {})[key] = value
    return this
  }

  setAttributes(attributes: Attributes): this {
    try {
      for (const key in attributes)
        if (attributes[key] !== undefined) this.setAttribute(key, attributes[key])
    } catch {
      // One of them could not be read; those before it are set, and the app goes on.
    }
    return this
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (!this.isRecording()) return this
    const attributes = isAttributes(attributesOrTime) ? attributesOrTime : undefined
    const given = attributes === undefined ? (attributesOrTime as TimeInput | undefined) : time
    ;(this.events ??= []).push({ name, attributes, timeMs: toEpochTime(given) })
    return this
  }

  addLink(link: Link): this {
    if (!this.ended) (this.links ??= []).push(link)
    return this
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link)
    return this
  }

  setStatus(status: SpanStatus): this {
    if (!this.ended) this.status = status
    return this
  }

  updateName(name: string): this {
    if (!this.ended) this.name = name
    return this
  }

  /** Does nothing: a request, a call or a job ends by its own hook, whoever holds it as a span. */
  end(_time?: TimeInput): void {}

  recordException(exception: Exception, _time?: TimeInput): void {
    this.fail(exception)
  }
}

function isAttributes(value: Attributes | TimeInput | undefined): value is Attributes {
  if (typeof value !== 'object' || value === null) return false
  try {
    return !Array.isArray(value) && !(value instanceof Date)
  } catch {
    return false
  }
}
