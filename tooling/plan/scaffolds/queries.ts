import { METRIC } from '../../../src/convention/metric-names.ts'

/** The questions asked of a service's metrics: the same on its dashboard and in its alerts. PromQL. */
export interface RedQueries {
  /** Requests a second, by route. */
  readonly rate: string
  /** The share of requests that fail, 0 to 1. */
  readonly errorRatio: string
  /** The latency that 95 of 100 requests keep, seconds. */
  readonly p95: string
  /** The share of each target's calls that end otherwise than ok, 0 to 1. */
  readonly clientErrorRatio: string
  /** Pods that say which revision they run. */
  readonly revisions: string
}

/** Gives the questions for the pods of one namespace. */
export function toRedQueries(namespace: string, window: string): RedQueries {
  const own = `namespace="${namespace}"`
  const requests = `${METRIC.httpServerDuration}_count`
  const calls = `${METRIC.clientDuration}_count`
  const rateOf = (metric: string, filter = ''): string =>
    `rate(${metric}{${own}${filter === '' ? '' : `,${filter}`}}[${window}])`
  return {
    rate: `sum by (http_route) (${rateOf(requests)})`,
    errorRatio: `sum(${rateOf(requests, 'http_response_status_code=~"5.."')}) / sum(${rateOf(requests)})`,
    p95: `histogram_quantile(0.95, sum by (le) (${rateOf(`${METRIC.httpServerDuration}_bucket`)}))`,
    clientErrorRatio: `sum by (target) (${rateOf(calls, 'outcome!="ok"')}) / sum by (target) (${rateOf(calls)})`,
    revisions: `count by (revision) (${METRIC.buildInfo}{${own}})`,
  }
}
