import type { Attributes, AttributeValue, Link, SpanKind, TimeInput } from '@opentelemetry/api'
import type { QueryFacts } from './facts.ts'
import { monotonicMs, toEpochMs } from './clock.ts'
import { publish } from './observer.ts'
import { Operation, SPAN_KIND, STATUS_ERROR, type TracePlace } from './operation.ts'
import type { Scope } from './scope.ts'
import { toEpochTime } from './time-input.ts'

/** What a span is made with. */
export interface SpanStart {
  readonly name: string
  readonly kind: SpanKind
  readonly place: TracePlace
  readonly parent: Scope | undefined
  readonly scopeName: string
  readonly attributes?: Attributes | undefined
  readonly links?: Link[] | undefined
  readonly startTime?: TimeInput | undefined
}

/**
 * A span that an app or an instrumentation of OpenTelemetry made. What its attributes say it is, it
 * becomes at its end: a query to a database, or a span and nothing more.
 */
export class SpanOperation extends Operation {
  /** Not a private field: query facts are derived from the span by prototype. */
  readonly givenStartMs: number | undefined

  constructor(start: SpanStart) {
    super(start.place, start.kind, start.name, start.parent)
    this.scopeName = start.scopeName
    if (start.attributes !== undefined) this.attributes = { ...start.attributes }
    if (start.links !== undefined) this.links = [...start.links]
    this.givenStartMs = start.startTime === undefined ? undefined : toEpochTime(start.startTime)
  }

  override get startTimeMs(): number {
    return this.givenStartMs ?? super.startTimeMs
  }

  override end(time?: TimeInput): void {
    if (this.ended) return
    if (time === undefined && this.givenStartMs === undefined) return this.finish()
    const endMs = time === undefined ? toEpochMs(monotonicMs()) : toEpochTime(time)
    this.durationMs = Math.max(0, endMs - this.startTimeMs)
    this.publish()
  }

  override fail(error: unknown): void {
    super.fail(error)
    if (this.status === undefined) this.setStatus({ code: STATUS_ERROR })
  }

  protected override publish(): void {
    const query = toQueryFacts(this)
    if (query === undefined) publish('onSpan', this)
    else publish('onQuery', query)
  }
}

function attributeOf(span: SpanOperation, ...names: readonly string[]): AttributeValue | undefined {
  return names.map((name) => span.attributes?.[name]).find((value) => value !== undefined)
}

function textOf(span: SpanOperation, ...names: readonly string[]): string | undefined {
  const value = attributeOf(span, ...names)
  return value === undefined ? undefined : String(value)
}

/** The stable names of OpenTelemetry's database conventions first, then those that instrumentations still use. */
function toQueryFacts(span: SpanOperation): QueryFacts | undefined {
  const system = textOf(span, 'db.system.name', 'db.system')
  if (system === undefined || span.kind !== SPAN_KIND.client) return undefined
  const text = textOf(span, 'db.query.text', 'db.statement')
  const port = Number(attributeOf(span, 'server.port', 'net.peer.port'))
  return Object.assign(Object.create(span) as SpanOperation, {
    system,
    operation:
      textOf(span, 'db.operation.name', 'db.operation') ??
      text?.trim().split(/\s/, 1)[0]?.toUpperCase(),
    namespace: textOf(span, 'db.namespace', 'db.name'),
    host: textOf(span, 'server.address', 'net.peer.name'),
    port: Number.isFinite(port) ? port : undefined,
    text,
  })
}
