import type { Context, Span, SpanOptions, Tracer, TracerProvider } from '@opentelemetry/api'
import { MessageOperation } from '../context/job-operation.ts'
import { outgoingBaggage } from '../context/outbound-headers.ts'
import { SPAN_KIND } from '../context/operation.ts'
import { toChildPlace, toRootPlace } from '../context/place.ts'
import {
  currentScope,
  isSuppressed,
  ROOT_SCOPE,
  type Scope,
  storage,
  toScope,
} from '../context/scope.ts'
import { SpanOperation } from '../context/span-operation.ts'

/** Gives OpenTelemetry's API tracers whose spans are servicex's own records, in the same traces. */
export const tracerProvider: TracerProvider = {
  getTracer: (name) => new RecordTracer(name),
}

class RecordTracer implements Tracer {
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  startSpan(name: string, options: SpanOptions = {}, context?: Context): Span {
    const scope = context === undefined ? (currentScope() ?? ROOT_SCOPE) : toScope(context)
    const parent = options.root === true ? scope.withSpan(undefined) : scope
    if (isSuppressed(parent)) return new UnrecordedSpan(parent)
    const kind = options.kind ?? SPAN_KIND.internal
    if (kind === SPAN_KIND.consumer && isProcessing(options))
      return this.#startMessage(name, options, parent)
    return new SpanOperation({
      name,
      kind,
      place: options.root === true ? toRootPlace() : toChildPlace(parent),
      parent,
      scopeName: this.#name,
      attributes: options.attributes,
      links: options.links,
      startTime: options.startTime,
    })
  }

  startActiveSpan(name: string, ...rest: unknown[]): never {
    const work = rest.at(-1) as (span: Span) => never
    const options = (rest.length > 1 ? rest[0] : {}) as SpanOptions
    const context = rest.length > 2 ? toScope(rest[1] as Context) : (currentScope() ?? ROOT_SCOPE)
    const span = this.startSpan(name, options, context)
    return storage.run(context.withSpan(span), () => work(span))
  }

  #startMessage(name: string, options: SpanOptions, parent: Scope): Span {
    const { attributes } = options
    const destination =
      attributes?.['messaging.destination.name'] ?? attributes?.['messaging.destination'] ?? name
    return new MessageOperation({
      name,
      job: String(destination),
      place: options.root === true ? toRootPlace() : toChildPlace(parent),
      scopeName: this.#name,
      attributes,
      links: options.links,
      baggage: outgoingBaggage(parent),
    })
  }
}

/** A consumer span is one message being worked on, or the fetch of many; only the first is a job. */
function isProcessing({ attributes }: SpanOptions): boolean {
  const type = attributes?.['messaging.operation.type'] ?? attributes?.['messaging.operation']
  return type === undefined || type === 'process'
}

/** The span of telemetry's own work: it has its parent's place and records nothing. */
class UnrecordedSpan implements Span {
  readonly #scope: Scope

  constructor(scope: Scope) {
    this.#scope = scope
  }

  spanContext(): ReturnType<Span['spanContext']> {
    return (
      this.#scope.span?.spanContext() ?? {
        traceId: '0'.repeat(32),
        spanId: '0'.repeat(16),
        traceFlags: 0,
      }
    )
  }

  isRecording(): boolean {
    return false
  }

  setAttribute(): this {
    return this
  }

  setAttributes(): this {
    return this
  }

  addEvent(): this {
    return this
  }

  addLink(): this {
    return this
  }

  addLinks(): this {
    return this
  }

  setStatus(): this {
    return this
  }

  updateName(): this {
    return this
  }

  end(): void {}

  recordException(): void {}
}
