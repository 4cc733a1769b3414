/**
 * What the local dashboard knows: everything that services sent, newest last, within limits. Pure:
 * it is told what came and when; it reads nothing itself.
 */
import type { ChangeEvent, MapEdge } from './api.ts'
import { ErrorStore } from './error-store.ts'
import { LIMITS, type Limits } from './limits.ts'
import { toLogError } from './log-line.ts'
import { LogStore } from './log-store.ts'
import { MetricStore } from './metric-store.ts'
import type { ErrorRecord, LogRecord, PointRecord, SpanRecord } from './record.ts'
import { toServiceMap } from './service-map.ts'
import { ServiceStats } from './service-stats.ts'
import { toSpanErrors } from './span-record.ts'
import { toSpanWords } from './span-words.ts'
import { TraceStore } from './trace-store.ts'

/** More services than a machine runs; further ones are not counted. */
const MAX_SERVICES = 500
const MAP_MS = 2_000

/** One thing that was added, as it can be kept and added again. */
export type Arrival =
  | { readonly kind: 'span'; readonly record: SpanRecord }
  | { readonly kind: 'log'; readonly record: LogRecord }
  | { readonly kind: 'error'; readonly record: ErrorRecord }
  | { readonly kind: 'point'; readonly record: PointRecord }

/** All that is known, and what adds to it. */
export class Store {
  readonly limits: Limits
  readonly traces: TraceStore
  readonly logs: LogStore
  readonly errors: ErrorStore
  readonly metrics: MetricStore
  readonly services: Map<string, ServiceStats> = new Map()
  #map: { edges: readonly MapEdge[]; revision: number; madeMs: number } = {
    edges: [],
    revision: 0,
    madeMs: 0,
  }
  readonly #revisions = { traces: 0, logs: 0, errors: 0, services: 0 }

  constructor(limits: Limits = LIMITS) {
    this.limits = limits
    this.traces = new TraceStore(limits)
    this.logs = new LogStore(limits)
    this.errors = new ErrorStore(limits)
    this.metrics = new MetricStore(limits)
  }

  /** Adds one record of any kind. */
  add({ kind, record }: Arrival, nowMs: number): void {
    if (kind === 'span') this.#addSpan(record, nowMs)
    else if (kind === 'log') this.#addLog(record, nowMs)
    else if (kind === 'error') this.#addError(record, nowMs)
    else this.#addPoint(record, nowMs)
  }

  /** Says that something of a service's process changed. */
  touchServices(): void {
    this.#revisions.services += 1
  }

  /** Gives who calls whom; every 2 s at most it is looked at anew. */
  mapAt(nowMs: number): readonly MapEdge[] {
    const { traces } = this.#revisions
    if (this.#map.revision !== traces && Math.abs(nowMs - this.#map.madeMs) >= MAP_MS)
      this.#map = { edges: toServiceMap(this.traces), revision: traces, madeMs: nowMs }
    return this.#map.edges
  }

  /** Gives how far each list has come. */
  revision(): ChangeEvent {
    return { ...this.#revisions, metrics: this.metrics.revision }
  }

  /** Forgets everything. */
  clear(): void {
    for (const part of [this.traces, this.logs, this.errors, this.metrics]) part.clear()
    this.services.clear()
    for (const part of ['traces', 'logs', 'errors', 'services'] as const) this.#revisions[part] += 1
  }

  #addSpan(span: SpanRecord, nowMs: number): void {
    this.traces.add(span, toSpanWords(span))
    this.#revisions.traces += 1
    const stats = this.#statsOf(span.service)
    stats?.count('spans', nowMs)
    if (span.kind === 'server' || span.kind === 'consumer') stats?.addRequest(span)
    for (const error of toSpanErrors(span)) this.#addError(error, nowMs)
  }

  #addLog(log: LogRecord, nowMs: number): void {
    this.logs.add(log)
    this.#revisions.logs += 1
    this.#statsOf(log.service)?.count('logs', nowMs)
    const error = toLogError(log)
    if (error !== undefined) this.#addError(error, nowMs)
  }

  #addError(record: ErrorRecord, nowMs: number): void {
    this.#revisions.errors += 1
    if (!this.errors.add(record)) return
    this.#statsOf(record.service)?.count('errors', nowMs)
  }

  #addPoint(point: PointRecord, nowMs: number): void {
    this.metrics.add(point)
    this.#statsOf(point.service)?.count('points', nowMs)
  }

  #statsOf(service: string): ServiceStats | undefined {
    const known = this.services.get(service)
    if (known !== undefined) return known
    if (this.services.size >= MAX_SERVICES) return undefined
    const stats = new ServiceStats()
    this.services.set(service, stats)
    return stats
  }
}
