import { collectDefaultMetrics, Counter, Gauge } from 'prom-client'
import type { Config } from '../config/config.ts'
import { messageOf } from '../convention/error-record.ts'
import {
  HTTP_BUCKETS_SECONDS,
  JOB_BUCKETS_SECONDS,
  METRIC,
  QUERY_BUCKETS_SECONDS,
  UNMATCHED_ROUTE,
} from '../convention/metric-names.ts'
import { publishHeld } from '../context/held-requests.ts'
import type { CallFacts, QueryFacts, RequestFacts, Signal, Sink } from '../context/facts.ts'
import { STATUS_ERROR } from '../context/operation/operation.ts'
import { toErrorType } from '../context/error-type.ts'
import { toClientSink } from './client-metrics.ts'
import { CONTENT_TYPES, expose, toFormat } from './exposition.ts'
import { ExemplarHistogram } from './exemplar-histogram.ts'
import { registerOtelMetrics } from './otel-meter.ts'
import { configureRegistry, type MetricWarning, registry, seriesCap, warnOnce } from './registry.ts'

/** Gauges that prom-client 15 names like counters, which promtool refuses; each is the sum of another metric's series. */
const MISNAMED = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`)

/**
 * Opens the metrics: rate, errors and duration of requests, calls, queries and jobs, with exemplars;
 * the process's own (event loop, memory, garbage collection, CPU); and `build_info`. prom-client
 * keeps them; they leave the process only when `/metrics` is read.
 */
export function openMetrics(config: Config, warn: MetricWarning): Signal {
  configureRegistry({ maxSeries: config.metrics.maxSeries, warn })
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  registerBuildInfo(config)
  registerOtelMetrics()
  return { name: 'metrics', sink: toSink(), flush: () => Promise.resolve() }
}

/** Gives every metric as text, in the format the scraper's `accept` header prefers. */
export function readMetrics(accept: string | undefined): Promise<string> {
  publishHeld()
  return expose(registry, toFormat(accept), (metric, error) =>
    warnOnce(
      `${metric}/read`,
      { metric, reason: messageOf(error) },
      `metric ${metric} could not be read; /metrics goes without it`,
    ),
  )
}

/** Gives the `content-type` of what `readMetrics` gives. */
export function contentTypeOf(accept: string | undefined): string {
  return CONTENT_TYPES[toFormat(accept)]
}

function registerBuildInfo({ service }: Config): void {
  const info = new Gauge({
    name: METRIC.buildInfo,
    help: 'What is running: always 1',
    labelNames: ['service', 'revision', 'environment', 'node'],
    registers: [registry],
  })
  info.set(
    {
      service: service.name,
      revision: service.revision,
      environment: service.environment,
      node: process.versions.node,
    },
    1,
  )
}

function toSink(): Sink {
  const server = durations(
    METRIC.httpServerDuration,
    'Duration of inbound requests',
    HTTP_BUCKETS_SECONDS,
    ['http_request_method', 'http_route', 'http_response_status_code', 'error_type'],
  )
  const client = durations(
    METRIC.httpClientDuration,
    'Duration of outgoing calls',
    HTTP_BUCKETS_SECONDS,
    ['http_request_method', 'server_address', 'http_response_status_code', 'error_type'],
  )
  const queries = durations(
    METRIC.dbClientDuration,
    'Duration of database queries',
    QUERY_BUCKETS_SECONDS,
    ['db_system_name', 'db_operation_name', 'db_namespace', 'error_type'],
  )
  const jobs = durations(
    METRIC.jobDuration,
    'Duration of jobs and consumed messages',
    JOB_BUCKETS_SECONDS,
    ['job', 'outcome'],
  )
  const clients = durations(
    METRIC.clientDuration,
    "Duration of calls of other services' operations, all attempts together",
    HTTP_BUCKETS_SECONDS,
    ['target', 'operation', 'outcome'],
  )
  const policies = toClientSink()
  const errors = new Counter({
    name: METRIC.errors,
    help: 'Errors reported, by severity; each error once',
    labelNames: ['severity'],
    registers: [registry],
  })
  return {
    onRequest: (facts) => server.observe(requestLabels(facts), facts.durationMs / 1000, facts),
    onCall: (facts) => client.observe(callLabels(facts), facts.durationMs / 1000, facts),
    onQuery: (facts) => queries.observe(queryLabels(facts), facts.durationMs / 1000, facts),
    onClient: (facts) => {
      const { target, operation } = facts
      clients.observe([target, operation, facts.outcome], facts.durationMs / 1000, facts)
      policies.countAttempts(target, operation, facts.attempts)
    },
    onClientPolicy: policies.onClientPolicy,
    onJob: (facts) => jobs.observe([facts.job, facts.outcome], facts.durationMs / 1000, facts),
    onFailure: (facts) => errors.inc({ severity: facts.severity }),
  }
}

function durations(
  name: string,
  help: string,
  buckets: readonly number[],
  labels: readonly string[],
): ExemplarHistogram {
  const metric = new ExemplarHistogram({
    name,
    help: `${help}, seconds`,
    labels,
    buckets,
    cap: seriesCap,
  })
  registry.registerMetric(metric as never)
  return metric
}

function requestLabels(facts: RequestFacts): readonly string[] {
  return [
    facts.method,
    facts.route ?? UNMATCHED_ROUTE,
    String(facts.statusCode),
    requestErrorType(facts),
  ]
}

function requestErrorType(facts: RequestFacts): string {
  if (facts.aborted) return 'client_aborted'
  if (!facts.failed) return ''
  return facts.failure === undefined ? String(facts.statusCode) : toErrorType(facts.failure)
}

function callLabels(facts: CallFacts): readonly string[] {
  const status = facts.statusCode === undefined ? '' : String(facts.statusCode)
  const errorType =
    facts.failure === undefined
      ? (facts.statusCode ?? 0) >= 400
        ? status
        : ''
      : toErrorType(facts.failure)
  return [facts.method, facts.url.host, status, errorType]
}

function queryLabels(facts: QueryFacts): readonly string[] {
  return [facts.system, facts.operation ?? '', facts.namespace ?? '', queryErrorType(facts)]
}

/** An instrumentation that knows the database's own code says so. */
function queryErrorType({ attributes, failure, status }: QueryFacts): string {
  const known = attributes?.['error.type']
  if (typeof known === 'string') return known
  if (failure !== undefined) return toErrorType(failure)
  return status?.code === STATUS_ERROR ? 'error' : ''
}
