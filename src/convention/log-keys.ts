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

/** Keys that collectors read as the line's own whatever the preset, and those that tell of the log itself. */
const RESERVED_ALWAYS = words(
  'level time msg pid hostname severity message timestamp fields log_dropped log_error',
)

/** Keys beyond `LOG_KEYS` that a preset writes, or that its reader takes as the line's own. Sources: as for `LOG_KEYS`. */
const RESERVED_BY_PRESET: Readonly<Record<LogKeyPreset, readonly string[]>> = {
  otel: [],
  gcp: words(
    'route aborted stack_trace timestampSeconds timestampNanos logging.googleapis.com/insertId',
    'logging.googleapis.com/labels logging.googleapis.com/operation',
    'logging.googleapis.com/sourceLocation',
  ),
  ecs: words(
    'log trace span event url ecs ecs.version user_agent user_agent.original url.path',
    'http.request.method http.route http.response.status_code http.aborted event.duration',
    'error.type error.message error.stack_trace error.code error.details',
  ),
  datadog: words('duration date host source ddsource ddtags dd'),
}

/** Gives the keys that a caller's field may not have in a preset; such a field is moved below `fields`. */
export function reservedKeys(preset: LogKeyPreset): ReadonlySet<string> {
  return new Set([
    ...Object.values(LOG_KEYS[preset]),
    ...RESERVED_ALWAYS,
    ...RESERVED_BY_PRESET[preset],
  ])
}

function words(...lines: readonly string[]): readonly string[] {
  return lines.join(' ').split(' ')
}
