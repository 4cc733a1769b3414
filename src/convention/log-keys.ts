/** The spellings of a log line; the record is the same in each. */
export type LogKeyPreset = 'otel' | 'gcp' | 'ecs' | 'datadog'

/** Where each part of a line stands in a preset; `undefined` where the preset has no such key. */
export interface LogKeys {
  readonly timestamp: string
  readonly severity: string
  readonly message: string
  readonly service: string
  readonly version: string
  readonly environment: string
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: string
  readonly requestId: string
  readonly error: string
  readonly http: string
  readonly job: string
}

/**
 * The keys of every preset. Sources: OpenTelemetry "trace context in non-OTLP log formats"; Google
 * Cloud Logging's special JSON fields; Elastic Common Schema 8.11; Datadog's reserved attributes.
 */
export const LOG_KEYS: Readonly<Record<LogKeyPreset, LogKeys>> = {
  otel: {
    timestamp: 'timestamp',
    severity: 'severity',
    message: 'message',
    service: 'service',
    version: 'version',
    environment: 'environment',
    traceId: 'trace_id',
    spanId: 'span_id',
    traceFlags: 'trace_flags',
    requestId: 'request_id',
    error: 'error',
    http: 'http',
    job: 'job',
  },
  gcp: {
    timestamp: 'timestamp',
    severity: 'severity',
    message: 'message',
    service: 'service',
    version: 'version',
    environment: 'environment',
    traceId: 'logging.googleapis.com/trace',
    spanId: 'logging.googleapis.com/spanId',
    traceFlags: 'logging.googleapis.com/trace_sampled',
    requestId: 'request_id',
    error: 'error',
    http: 'httpRequest',
    job: 'job',
  },
  ecs: {
    timestamp: '@timestamp',
    severity: 'log.level',
    message: 'message',
    service: 'service.name',
    version: 'service.version',
    environment: 'service.environment',
    traceId: 'trace.id',
    spanId: 'span.id',
    traceFlags: 'trace.flags',
    requestId: 'http.request.id',
    error: 'error',
    http: 'http',
    job: 'job',
  },
  datadog: {
    timestamp: 'timestamp',
    severity: 'status',
    message: 'message',
    service: 'service',
    version: 'version',
    environment: 'env',
    traceId: 'trace_id',
    spanId: 'span_id',
    traceFlags: 'trace_flags',
    requestId: 'request_id',
    error: 'error',
    http: 'http',
    job: 'job',
  },
}

/** How each preset spells the severities. */
export const SEVERITY_NAMES: Readonly<
  Record<LogKeyPreset, Readonly<Record<'debug' | 'info' | 'warn' | 'error' | 'fatal', string>>>
> = {
  otel: { debug: 'debug', info: 'info', warn: 'warn', error: 'error', fatal: 'fatal' },
  gcp: { debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR', fatal: 'CRITICAL' },
  ecs: { debug: 'debug', info: 'info', warn: 'warn', error: 'error', fatal: 'fatal' },
  datadog: { debug: 'debug', info: 'info', warn: 'warn', error: 'error', fatal: 'critical' },
}

/** Keys that collectors read as the line's own in every preset; an app's field of such a name is moved below `fields`. */
export const FOREIGN_RESERVED: readonly string[] = [
  'level',
  'time',
  'msg',
  'pid',
  'hostname',
  'fields',
  'severity',
  'message',
  'timestamp',
]
