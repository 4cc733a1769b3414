import type { SpanKind } from '@opentelemetry/api'
import { CONTEXT_KEY, type LogFields, type Scope } from '../scope.ts'
import { mergeFields } from '../merge-fields.ts'
import { Operation, type TracePlace } from './operation.ts'

/** Turns a `baggage` header into the object OpenTelemetry's API gives to apps; set by whoever loads that API. */
export type BaggageParser = (header: string) => unknown

let parseBaggage: BaggageParser | undefined

/** Says how baggage is parsed once OpenTelemetry's API is loaded. */
export function setBaggageParser(parser: BaggageParser): void {
  parseBaggage = parser
}

/** What begins work: a request, a message, a job. Everything done for it finds it as `scope.input`. */
export abstract class InputOperation extends Operation {
  readonly requestId: string
  /** The caller's baggage, as it is passed on. */
  readonly baggage: string | undefined
  /** Fields for every line of this input. */
  ownFields: LogFields | undefined = undefined
  /** The failure was logged when it happened. */
  failureLogged = false
  /** When whoever asked stops waiting, on the monotonic clock: calls made for this input end before. */
  deadlineAtMs: number | undefined = undefined
  /** Aborts when nobody waits for this input any more: calls made for it end with it. */
  signal: AbortSignal | undefined = undefined
  #baggageValue: unknown = undefined

  constructor(
    place: TracePlace,
    kind: SpanKind,
    name: string,
    carried: { requestId: string; baggage: string | undefined },
  ) {
    super(place, kind, name, undefined)
    ;(this as { input: InputOperation }).input = this
    this.requestId = carried.requestId
    this.baggage = carried.baggage
  }

  /** Adds fields to every later line of this input. */
  addFields(fields: LogFields): void {
    this.ownFields = mergeFields(this.ownFields, fields)
  }

  /** What OpenTelemetry's API finds in this input's context. */
  contextValue(key: symbol): unknown {
    if (key !== CONTEXT_KEY.baggage || this.baggage === undefined) return undefined
    this.#baggageValue ??= parseBaggage?.(this.baggage)
    return this.#baggageValue
  }
}

/** Gives every field that lines in this scope carry. */
export function fieldsOf(scope: Scope | undefined): LogFields | undefined {
  const own = scope?.input?.ownFields
  const added = scope?.fields
  if (own === undefined) return added
  return added === undefined ? own : { ...own, ...added }
}
