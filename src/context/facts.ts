import type { Attributes, Link, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api'
import type { LogFields } from './scope.ts'

/** What is true of every operation once it has ended. */
export interface OperationFacts {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly sampled: boolean
  readonly traceState: string | undefined
  /** Low-cardinality: a method and a route, an operation, a job; never a path or an id. */
  readonly name: string
  readonly kind: SpanKind
  /** Unix milliseconds, with fractions. */
  readonly startTimeMs: number
  readonly durationMs: number
  /** What was thrown, when the operation failed by a throw. */
  readonly failure: unknown
  readonly status: SpanStatus | undefined
  readonly attributes: Attributes | undefined
  readonly events: readonly SpanEvent[] | undefined
  readonly links: readonly Link[] | undefined
  /** The instrumentation that made it. */
  readonly scopeName: string
}

/** Something that happened within a span. */
export interface SpanEvent {
  readonly name: string
  /** Unix milliseconds, with fractions. */
  readonly timeMs: number
  readonly attributes: Attributes | undefined
}

/** An inbound request, whole: the one record from which its line, its metric, its span and its error are made. */
export interface RequestFacts extends OperationFacts {
  readonly requestId: string
  readonly method: string
  /** The template that matched, or `undefined`; never a raw path. */
  readonly route: string | undefined
  /** The path as it was asked for, without its query. */
  readonly path: string
  readonly query: string | undefined
  readonly scheme: 'http' | 'https'
  readonly host: string | undefined
  readonly clientAddress: string | undefined
  readonly userAgent: string | undefined
  /** `1.0`, `1.1` or `2`. */
  readonly protocolVersion: string
  /** The status that was sent; 499 when the client left before any was. */
  readonly statusCode: number
  /** The client left before the reply was complete. */
  readonly aborted: boolean
  /** The service failed: its status says so, or it broke off a reply that it had begun. */
  readonly failed: boolean
  /** The failure was logged when it happened: the access line names it without repeating its stack. */
  readonly failureLogged: boolean
  /** Fields the app added to every line of this request. */
  readonly ownFields: LogFields | undefined
}

/** A call of another service's operation through a typed client; its attempts are `CallFacts` below it. */
export interface ClientFacts extends OperationFacts {
  /** The service that was called. */
  readonly target: string
  readonly operation: string
  /** `ok`, an error code that the contract declares, or one of the closed set of transport codes. */
  readonly outcome: string
  readonly statusCode: number | undefined
  readonly attempts: number
}

/** An outgoing HTTP call. */
export interface CallFacts extends OperationFacts {
  readonly method: string
  readonly url: CallUrl
  readonly statusCode: number | undefined
  readonly protocolVersion: string | undefined
}

/** Where an outgoing call went. */
export interface CallUrl {
  readonly scheme: string
  readonly host: string
  readonly port: number | undefined
  /** Path and query, as sent. */
  readonly pathAndQuery: string
}

/** A query to a database or a cache. */
export interface QueryFacts extends OperationFacts {
  /** `postgresql`, `mysql`, `redis`, … Source: OpenTelemetry's db.system.name. */
  readonly system: string
  /** `SELECT`, `GET`, …; `undefined` when not known. */
  readonly operation: string | undefined
  readonly namespace: string | undefined
  readonly host: string | undefined
  readonly port: number | undefined
  /** The query without its values. */
  readonly text: string | undefined
}

/** A run of a job, or one consumed message. */
export interface JobFacts extends OperationFacts {
  readonly job: string
  readonly outcome: 'ok' | 'failed'
  readonly failureLogged: boolean
  readonly requestId: string
  readonly ownFields: LogFields | undefined
}

/** An error that an app caught and reported, or a crash. */
export interface FailureFacts {
  readonly error: unknown
  readonly severity: 'error' | 'fatal'
  readonly trace: SpanContext | undefined
  readonly fields: LogFields | undefined
  /** The request or job it happened in. */
  readonly input: RequestFacts | JobFacts | undefined
}

/** Something that the policies of a client did with a call, beside sending it. */
export interface ClientPolicyFacts {
  /** The service that is called. */
  readonly target: string
  readonly kind: 'retry' | 'budget_denied' | 'refused' | 'ejected' | 'hedge' | 'lookup_failed'
  /** Of a retry, and of a call that was refused here: why. One of a few words. */
  readonly reason: string
}

/** What a signal does with facts. Every member is called once per operation, at its end; none may block. */
export interface Sink {
  onRequest?(facts: RequestFacts): void
  onCall?(facts: CallFacts): void
  onClient?(facts: ClientFacts): void
  onClientPolicy?(facts: ClientPolicyFacts): void
  onQuery?(facts: QueryFacts): void
  onJob?(facts: JobFacts): void
  /** Spans of the app's own and of instrumentations that are none of the above. */
  onSpan?(facts: OperationFacts): void
  onFailure?(facts: FailureFacts): void
}

/** One of the four pillars, opened: it takes facts and can be asked to deliver what it holds. */
export interface Signal {
  readonly name: 'logging' | 'metrics' | 'tracing' | 'errors'
  readonly sink: Sink
  /** Resolves when everything held is delivered, or after `deadlineMs`. Never rejects. */
  flush(deadlineMs: number): Promise<void>
  /** What is held and nobody has taken yet. For the very end of a process, where nothing asynchronous runs any more. */
  undelivered?(): readonly Delivery[]
  /** How delivery goes, for `/metrics`; `undefined` for a signal that delivers nothing. */
  readonly health?: SignalHealth
}

/** An HTTP POST that delivers something, ready for anybody to send. */
export interface Delivery {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** How a signal's delivery goes; counts since the process began. Live: read it when it is needed. */
export interface SignalHealth {
  readonly queued: number
  readonly delivered: number
  /** Given up before an attempt: the queue was full, or the destination had said to wait. */
  readonly dropped: number
  /** Given up after an attempt. */
  readonly failed: number
  /** Unix milliseconds; 0 before the first success. */
  readonly lastSuccessMs: number
  /** The last attempt succeeded, or there was none yet. */
  readonly up: boolean
}

/** Writes one line of servicex's own, where a signal has something to tell its operator. */
export type Notice = (level: 'info' | 'warn', message: string, fields: LogFields) => void
