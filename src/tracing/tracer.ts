import type {
  Attributes,
  Context,
  Span,
  SpanOptions,
  Tracer,
  TracerProvider,
} from '@opentelemetry/api'
import { JobOperation, MessageOperation } from '../context/operation/job-operation.ts'
import { outgoingBaggage } from '../context/outbound/outbound-headers.ts'
import { SPAN_KIND } from '../context/operation/operation.ts'
import { toChildPlace, toRootPlace } from '../context/operation/place.ts'
import {
  currentScope,
  isSuppressed,
  ROOT_SCOPE,
  type Scope,
  storage,
  toScope,
} from '../context/scope.ts'
import { SpanOperation } from '../context/operation/span-operation.ts'
import { UnrecordedSpan } from './unrecorded-span.ts'

/** Where a context extracted from a message keeps the request id that came with it. */
export const REQUEST_ID_KEY: symbol = Symbol.for('servicex.requestId')

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
    if (isJob(options, parent)) return this.#startMessage(name, options, parent)
    return new SpanOperation({
      name,
      kind: options.kind ?? SPAN_KIND.internal,
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
    const requestId = parent.getValue(REQUEST_ID_KEY)
    return new MessageOperation({
      name,
      job: toJobName(name, attributes),
      place: options.root === true ? toRootPlace() : toChildPlace(parent),
      scopeName: this.#name,
      attributes,
      links: options.links,
      requestId: typeof requestId === 'string' ? requestId : undefined,
      baggage: outgoingBaggage(parent),
    })
  }
}

/** One message being worked on, or kafkajs's batch of them; what is begun within a job is part of it. */
function isJob({ kind, attributes }: SpanOptions, parent: Scope): boolean {
  if (parent.input instanceof JobOperation) return false
  const type = attributes?.['messaging.operation.type'] ?? attributes?.['messaging.operation']
  if (kind === SPAN_KIND.consumer) return type === undefined || type === 'process'
  return type === 'receive' && attributes?.['messaging.system'] === 'kafka'
}

/** A queue's name where there is one, else the topic's; the names that RabbitMQ makes up are one. */
function toJobName(name: string, attributes: Attributes | undefined): string {
  const queue = /^(.+) process$/.exec(name)?.[1]
  if (queue !== undefined) return queue.startsWith('amq.gen-') ? 'amq.gen' : queue
  const topic = attributes?.['messaging.destination.name'] ?? attributes?.['messaging.destination']
  return typeof topic === 'string' && topic !== '' ? topic : name
}
