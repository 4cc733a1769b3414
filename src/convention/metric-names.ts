/** Request duration buckets, seconds. Source: OpenTelemetry semantic conventions, http.server.request.duration. */
export const HTTP_BUCKETS_SECONDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]

/** Query duration buckets, seconds. Source: OpenTelemetry semantic conventions, db.client.operation.duration. */
export const QUERY_BUCKETS_SECONDS: readonly number[] = [
  0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10,
]

/** Job duration buckets, seconds: queue consumers take milliseconds, nightly runs an hour. */
export const JOB_BUCKETS_SECONDS: readonly number[] = [
  0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600,
]

/** The metrics every service has; OpenTelemetry's names in Prometheus' spelling. */
export const METRIC = {
  httpServerDuration: 'http_server_request_duration_seconds',
  httpClientDuration: 'http_client_request_duration_seconds',
  dbClientDuration: 'db_client_operation_duration_seconds',
  jobDuration: 'servicex_job_duration_seconds',
  clientDuration: 'servicex_client_duration_seconds',
  clientAttempts: 'servicex_client_attempts_total',
  clientRetries: 'servicex_client_retries_total',
  clientBudgetDenied: 'servicex_client_budget_denied_total',
  clientRefused: 'servicex_client_refused_total',
  clientEjections: 'servicex_client_ejections_total',
  clientHedges: 'servicex_client_hedges_total',
  clientLookupFailures: 'servicex_client_lookup_failures_total',
  clientInFlight: 'servicex_client_in_flight',
  clientEndpoints: 'servicex_client_endpoints',
  clientRefusedShare: 'servicex_client_refused_ratio',
  contractViolations: 'servicex_contract_violations_total',
  errors: 'servicex_errors_total',
  buildInfo: 'build_info',
  telemetryQueue: 'servicex_telemetry_queue_items',
  telemetryItems: 'servicex_telemetry_items_total',
  telemetryLastSuccess: 'servicex_telemetry_last_success_timestamp_seconds',
  telemetryUp: 'servicex_telemetry_up',
  seriesOverflow: 'servicex_metric_series_overflow_total',
} as const

/** The route of a request that no route matched; a raw path never becomes a label. */
export const UNMATCHED_ROUTE = 'unmatched'

/** The label value of every series beyond a metric's cap. */
export const OVERFLOW_LABEL = 'overflow'

/** How many series one metric may have before further ones fold into `overflow`. Source: the OpenTelemetry SDK's cardinality limit. */
export const MAX_SERIES = 2000

/** The request methods that may become a label; others are `_OTHER`. Source: RFC 9110 §9.3, RFC 5789, and QUERY. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
])

/** The label value of a method outside `KNOWN_METHODS`. Source: OpenTelemetry semantic conventions, http.request.method. */
export const OTHER_METHOD = '_OTHER'
