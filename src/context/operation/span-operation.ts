import type { Attributes, Link, SpanKind, TimeInput } from '@opentelemetry/api'
import { monotonicMs, toEpochMs } from '../clock.ts'
import { publish } from '../observer.ts'
import { Operation, STATUS_ERROR, type TracePlace } from './operation.ts'
import type { Scope } from '../scope.ts'
import { isDatabaseSpan, toConnectionFacts, toQueryFacts } from './span-query.ts'
import { toEpochTime } from '../time-input.ts'

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
  readonly #givenStartMs: number | undefined
  readonly #outer: unknown
  /** A query was made within this span: an object mapper's span is not a second query. */
  #holdsQuery = false

  constructor(start: SpanStart) {
    super(start.place, start.kind, start.name, start.parent)
    this.scopeName = start.scopeName
    if (start.attributes !== undefined) this.attributes = { ...start.attributes }
    if (start.links !== undefined) this.links = [...start.links]
    this.#outer = start.parent?.span
    this.#givenStartMs = start.startTime === undefined ? undefined : toEpochTime(start.startTime)
  }

  override get startTimeMs(): number {
    return this.#givenStartMs ?? super.startTimeMs
  }

  override end(time?: TimeInput): void {
    if (this.ended) return
    if (time === undefined && this.#givenStartMs === undefined) return this.finish()
    const endMs = time === undefined ? toEpochMs(monotonicMs()) : toEpochTime(time)
    this.durationMs = Math.max(0, endMs - this.startTimeMs)
    this.publish()
  }

  override fail(error: unknown): void {
    super.fail(error)
    if (this.status === undefined) this.setStatus({ code: STATUS_ERROR })
  }

  protected override publish(): void {
    if (!isDatabaseSpan(this)) return publish('onSpan', this)
    const query = this.#holdsQuery ? undefined : toQueryFacts(this)
    if (query === undefined) return publish('onSpan', toConnectionFacts(this))
    if (this.#outer instanceof SpanOperation) this.#outer.#holdsQuery = true
    publish('onQuery', query)
  }
}
