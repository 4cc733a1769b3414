// What the local HTTP API answers with; the page and the command line read nothing else.
// docs/dev.md documents it.
import type {
  ErrorDetail,
  ErrorSource,
  ExemplarRecord,
  Fields,
  LogSource,
  MetricKind,
  Severity,
  SpanDetail,
  SpanKind,
} from './record.ts'

/** `GET /api/state`: what runs, and how much is known. */
export interface StateAnswer {
  readonly services: readonly ServiceSummary[]
  readonly map: readonly MapEdge[]
  readonly counts: Readonly<Record<'traces' | 'logs' | 'errors' | 'series', number>>
  /** What was let go, to keep to a limit; only what is above 0. */
  readonly dropped: readonly {
    readonly what: string
    readonly count: number
    readonly limit: string
  }[]
  readonly forward?: ForwardState
  readonly persist?: string
  readonly nowMs: number
  readonly version: string
}

/** Whether telemetry that was passed on arrived. */
export interface ForwardState {
  readonly url: string
  readonly sent: number
  readonly failed: number
  readonly lastError?: string
}

/** How a process of the session is doing. `remote` is one that we did not start. */
export type ProcessState =
  | 'starting'
  | 'running'
  | 'restarting'
  | 'stopping'
  | 'stopped'
  | 'crashed'
  | 'remote'

/** What the supervisor knows of a service it started. */
export interface ProcessFacts {
  readonly name: string
  readonly state: ProcessState
  readonly root: string
  readonly command: string
  readonly pid?: number
  readonly startedMs?: number
  readonly restarts: number
  /** How it ended, when it did. */
  readonly ended?: string
  readonly url: string
  readonly adminUrl: string
  /** Whether something listens on the port that was given to it. */
  readonly isListening: boolean
  /** Why its `/metrics` could not be read, if so. */
  readonly scrapeProblem?: string
  /** Whether its `/metrics` have been read. */
  readonly isScraped: boolean
  /** Findings of `servicex doctor`, worst first. */
  readonly findings: readonly Finding[]
}

/** Something that is wrong, and the one thing to do. */
export interface Finding {
  readonly message: string
  readonly fix: string
}

/** One service: its process, and its last minutes by its own spans. */
export interface ServiceSummary {
  readonly name: string
  readonly process?: ProcessFacts
  /** Requests a second over the last minute. */
  readonly rate: number
  /** The part of them that failed, 0 to 1. */
  readonly errorRatio: number
  readonly p50Ms?: number
  readonly p95Ms?: number
  /** Requests in each of the last 60 spans of 5 s, oldest first. */
  readonly history: readonly number[]
  /** Those of them that failed. */
  readonly failures: readonly number[]
  readonly counts: Readonly<Record<'spans' | 'logs' | 'errors' | 'points', number>>
  readonly lastSeenMs?: number
  /** Why there is less to see than there could be. */
  readonly hints: readonly Finding[]
}

/** Calls from one place to another. */
export interface MapEdge {
  readonly from: string
  readonly to: string
  /** What kind of place `to` is. */
  readonly toKind: 'service' | 'database' | 'queue' | 'other'
  readonly calls: number
  readonly errors: number
  readonly p95Ms: number
}

/** A page of a list, newest first. */
export interface ListAnswer<Item> {
  readonly items: readonly Item[]
  /** How many fit the filter, of those kept. */
  readonly total: number
  /** Give it as `before` for the next page; absent on the last. */
  readonly next?: number
}

/** One row of `GET /api/traces`. */
export interface TraceSummary {
  /** Grows with each trace; the cursor of the list. */
  readonly seq: number
  readonly traceId: string
  readonly service: string
  readonly title: string
  readonly startMs: number
  readonly durationMs: number
  readonly spanCount: number
  readonly errorCount: number
  readonly logCount: number
  readonly status?: string
  /** Each service of the trace, with its number of spans. */
  readonly services: readonly (readonly [name: string, spans: number])[]
}

/** `GET /api/traces/<id>`: everything that is known of one trace. */
export interface TraceAnswer {
  readonly traceId: string
  readonly startMs: number
  readonly durationMs: number
  readonly rows: readonly TraceRow[]
  /** Lines and errors that name the trace but no span of it that is here. */
  readonly logs: readonly LogItem[]
  readonly errors: readonly ErrorItem[]
  /** Spans beyond what is kept of one trace. */
  readonly droppedSpans: number
}

/** One span in its place in the tree, with what was said during it. */
export interface TraceRow {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly service: string
  readonly name: string
  /** What a person calls it: method and route, the statement, the peer. */
  readonly title: string
  readonly kind: SpanKind
  readonly startMs: number
  readonly durationMs: number
  readonly isError: boolean
  readonly status?: string
  readonly depth: number
  /** Its parent is not here. */
  readonly isOrphan: boolean
  readonly detail: SpanDetail
  readonly logs: readonly LogItem[]
  readonly errors: readonly ErrorItem[]
  /** Metrics that counted it. */
  readonly metrics: readonly MetricLink[]
  /** Makes the request again, where it was one. */
  readonly curl?: string
}

/** A metric that counted a span, and the series of it. */
export interface MetricLink {
  readonly name: string
  readonly service: string
  readonly labels: Readonly<Record<string, string>>
}

/** One row of `GET /api/logs`. */
export interface LogItem {
  readonly seq: number
  readonly timeMs: number
  readonly service: string
  readonly severity: Severity
  readonly message: string
  readonly traceId?: string
  readonly spanId?: string
  readonly source: LogSource
  readonly fields: Fields
}

/** One error. */
export interface ErrorItem {
  readonly seq: number
  readonly group: string
  readonly timeMs: number
  readonly service: string
  readonly type: string
  readonly message: string
  readonly traceId?: string
  readonly spanId?: string
  readonly sources: readonly ErrorSource[]
}

/** One row of `GET /api/errors`: errors that are the same one. */
export interface ErrorGroup {
  readonly group: string
  readonly service: string
  readonly type: string
  readonly message: string
  /** The first frame of the app itself. */
  readonly place?: string
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
  readonly lastTraceId?: string
  readonly sources: readonly ErrorSource[]
  /** How often in each of the last 60 spans of 5 s, oldest first. */
  readonly history: readonly number[]
}

/** `GET /api/errors/<group>`: one group, and its newest errors in full. */
export interface ErrorAnswer extends ErrorGroup {
  readonly items: readonly (ErrorItem & { readonly detail: ErrorDetail })[]
}

/** One row of `GET /api/metrics`. */
export interface MetricSummary {
  readonly name: string
  readonly kind: MetricKind
  readonly unit: string
  readonly help: string
  readonly services: readonly string[]
  readonly seriesCount: number
  /** When a value of it last changed. */
  readonly movedMs: number
  /** What it shows, of all series, over the last minutes, oldest first. */
  readonly sparkline: readonly number[]
}

/** `GET /api/metrics/<name>`: its series as they are plotted. */
export interface MetricAnswer {
  readonly name: string
  readonly kind: MetricKind
  readonly unit: string
  readonly help: string
  readonly fromMs: number
  readonly toMs: number
  readonly series: readonly PlottedSeries[]
  /** Series beyond those given. */
  readonly omitted: number
  /** Every label, with its values. */
  readonly labels: Readonly<Record<string, readonly string[]>>
}

/** One series over time. A counter is shown as its rate, a histogram as quantiles and rate. */
export interface PlottedSeries {
  readonly service: string
  readonly labels: Readonly<Record<string, string>>
  readonly times: readonly number[]
  /** A gauge's value, or how many came a second. */
  readonly values: readonly (number | null)[]
  readonly p50?: readonly (number | null)[]
  readonly p95?: readonly (number | null)[]
  /** The newest value as it was reported: a gauge's, a counter's total, a histogram's count. */
  readonly last: number
  /** The mean of a histogram since its start. */
  readonly mean?: number
  readonly exemplars: readonly ExemplarRecord[]
  readonly movedMs: number
}

/** What `GET /api/events` sends: how far each list has come. */
export interface ChangeEvent {
  readonly traces: number
  readonly logs: number
  readonly errors: number
  readonly metrics: number
  readonly services: number
}
