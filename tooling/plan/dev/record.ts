// What the local dashboard keeps of what services send: plain data, as JSON carries it.

/** A value of an attribute, or of a field of a line. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [key: string]: Value }

/** Attributes of a span, a resource or a line. */
export type Fields = Readonly<Record<string, Value>>

/** How much a line matters; `trace` comes from other loggers than ours. */
export type Severity = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** The severities, least first. */
export const SEVERITIES: readonly Severity[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** What role a span has: the OpenTelemetry span kinds in lower case. */
export type SpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer'

/** One operation of one service. Times are Unix milliseconds, with their fraction. */
export interface SpanRecord {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly service: string
  readonly name: string
  readonly kind: SpanKind
  readonly startMs: number
  readonly durationMs: number
  readonly isError: boolean
  readonly detail: SpanDetail
}

/** The part of a span that is looked at one span at a time. */
export interface SpanDetail {
  readonly statusMessage?: string
  readonly attributes: Fields
  readonly events: readonly SpanEventRecord[]
  readonly links: readonly SpanLinkRecord[]
  readonly resource: Fields
  readonly scope: string
}

/** Something that happened during a span. */
export interface SpanEventRecord {
  readonly timeMs: number
  readonly name: string
  readonly attributes: Fields
}

/** A reference to a span that is not the parent. */
export interface SpanLinkRecord {
  readonly traceId: string
  readonly spanId: string
}

/** Where a line came from. */
export type LogSource = 'stdout' | 'stderr' | 'otlp' | 'sentry'

/** One line of a log. */
export interface LogRecord {
  readonly timeMs: number
  readonly service: string
  readonly severity: Severity
  readonly message: string
  readonly traceId?: string
  readonly spanId?: string
  readonly source: LogSource
  /** What else the line carries. */
  readonly fields: Fields
}

/** One frame of a stack, innermost first. */
export interface FrameRecord {
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly function?: string
  /** Of the app itself, not of a package or of Node. */
  readonly isOwn: boolean
  /** The lines of source around it, where they came along: `[line number, text]`. */
  readonly source?: readonly (readonly [line: number, text: string])[]
}

/** Which signals told of an error. */
export type ErrorSource = 'sentry' | 'span' | 'log'

/** One error of one service. */
export interface ErrorRecord {
  readonly timeMs: number
  readonly service: string
  readonly type: string
  readonly message: string
  readonly traceId?: string
  readonly spanId?: string
  readonly source: ErrorSource
  readonly detail: ErrorDetail
}

/** The part of an error that is looked at one error at a time. */
export interface ErrorDetail {
  readonly frames: readonly FrameRecord[]
  /** What led to it, outermost cause first. */
  readonly causes: readonly { readonly type: string; readonly message: string }[]
  readonly tags: Fields
  readonly release?: string
  readonly transaction?: string
  readonly isHandled?: boolean
}

/** What kind of metric a series is of. */
export type MetricKind = 'counter' | 'gauge' | 'histogram'

/** A request that stands for others of a series. */
export interface ExemplarRecord {
  readonly timeMs: number
  readonly value: number
  readonly traceId: string
  readonly spanId?: string
}

/** A distribution, counted since its start. */
export interface HistogramValue {
  readonly count: number
  readonly sum: number
  /** Upper bounds of all buckets but the last, whose bound is infinite. */
  readonly bounds: readonly number[]
  /** The count of each bucket on its own, one more than there are bounds. */
  readonly counts: readonly number[]
}

/** One observation of one series. */
export interface PointRecord {
  readonly service: string
  readonly name: string
  readonly kind: MetricKind
  readonly unit: string
  readonly help: string
  readonly labels: Readonly<Record<string, string>>
  readonly timeMs: number
  readonly value: number | HistogramValue
  /** The value is what came since the last point, not since the start. */
  readonly isDelta: boolean
  readonly exemplars: readonly ExemplarRecord[]
}
