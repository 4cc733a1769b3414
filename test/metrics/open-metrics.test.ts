import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Sink } from '../../src/context/facts.ts'
import { openMetrics, readMetrics } from '../../src/metrics/open-metrics.ts'
import { registry } from '../../src/metrics/registry.ts'
import { configOf } from '../config/config-of.ts'
import { checkMetrics } from '../real/promtool.ts'
import { callFacts, jobFacts, queryFacts, requestFacts } from '../tracing/facts.ts'
import { readPage, readSamples, readValues } from './page.ts'

const warnings: string[] = []
let sink: Sink

class InvoiceError extends Error {}

beforeAll(() => {
  const config = configOf({ NODE_ENV: 'production', SERVICEX_REVISION: '3fa1c2e' })
  ;({ sink } = openMetrics(config, (_fields, message) => warnings.push(message)))
})
beforeEach(() => {
  warnings.length = 0
})
afterEach(() => {
  for (const name of ['http_server', 'http_client'])
    registry.getSingleMetric(`${name}_request_duration_seconds`)?.reset()
})

/** The labels under which the one thing that was observed is counted. */
async function labelsOf(name: string): Promise<unknown> {
  const values = await readValues(`${name}_count`)
  registry.getSingleMetric(name)?.reset()
  expect(values.map(([, count]) => count)).toEqual([1])
  return values[0]?.[0]
}

describe('a request', () => {
  const coded = Object.assign(new Error('x'), { code: 'ECONNREFUSED' })

  test.for([
    ['that succeeded', {}, { http_route: '/invoices/:id', http_response_status_code: '200' }],
    [
      'no route matched',
      { route: undefined, statusCode: 404 },
      { http_route: 'unmatched', http_response_status_code: '404' },
    ],
    [
      'that failed by a throw',
      { statusCode: 500, failure: new InvoiceError('x') },
      { http_response_status_code: '500', error_type: 'InvoiceError' },
    ],
    [
      'that failed by a code',
      { statusCode: 502, failure: coded },
      { http_response_status_code: '502', error_type: 'ECONNREFUSED' },
    ],
    [
      'that failed without a throw',
      { statusCode: 503 },
      { http_response_status_code: '503', error_type: '503' },
    ],
    [
      'the client broke off',
      { statusCode: 499, aborted: true },
      { http_response_status_code: '499', error_type: 'client_aborted' },
    ],
    ['that was refused', { statusCode: 400, failure: coded }, { http_response_status_code: '400' }],
  ] as const)('%s', async ([, facts, labels]) => {
    sink.onRequest?.(requestFacts(facts))
    expect(await labelsOf('http_server_request_duration_seconds')).toEqual({
      http_request_method: 'GET',
      http_route: '/invoices/:id',
      ...labels,
    })
  })

  test('is counted in seconds, with its trace as exemplar', async () => {
    sink.onRequest?.(requestFacts({ durationMs: 80 }))
    const bucket = { http_route: '/invoices/:id', le: '0.1' }
    const [sample] = await readSamples('http_server_request_duration_seconds_bucket', bucket)
    expect(sample?.exemplar).toMatchObject({
      labels: { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' },
      value: 0.08,
    })
    expect(Math.abs((sample?.exemplar?.timestampSeconds ?? 0) - Date.now() / 1000)).toBeLessThan(5)
    expect(await readValues('http_server_request_duration_seconds_sum')).toMatchObject([[{}, 0.08]])
  })

  test('whose trace is not sampled gives no exemplar', async () => {
    sink.onRequest?.(requestFacts({ sampled: false }))
    expect(await readPage()).not.toContain('# {trace_id')
  })
})

test.for([
  ['that succeeded', {}, { http_response_status_code: '200' }],
  [
    'that was answered with an error',
    { statusCode: 404 },
    { http_response_status_code: '404', error_type: '404' },
  ],
  [
    'that was not answered',
    { statusCode: undefined, failure: new TypeError('fetch failed') },
    { error_type: 'TypeError' },
  ],
] as const)('a call %s', async ([, facts, labels]) => {
  sink.onCall?.(callFacts(facts))
  expect(await labelsOf('http_client_request_duration_seconds')).toEqual({
    http_request_method: 'GET',
    server_address: 'users',
    ...labels,
  })
})

test('a query, a job and an error', async () => {
  sink.onQuery?.(queryFacts())
  expect(await labelsOf('db_client_operation_duration_seconds')).toEqual({
    db_system_name: 'postgresql',
    db_operation_name: 'SELECT',
    db_namespace: 'shop',
  })
  sink.onQuery?.(queryFacts({ failure: new InvoiceError('x') }))
  expect(await labelsOf('db_client_operation_duration_seconds')).toMatchObject({
    error_type: 'InvoiceError',
  })
  sink.onJob?.(jobFacts({ outcome: 'failed' }))
  expect(await labelsOf('servicex_job_duration_seconds')).toEqual({
    job: 'nightly',
    outcome: 'failed',
  })
  const failure = { error: new Error('x'), trace: undefined, fields: undefined, input: undefined }
  sink.onFailure?.({ ...failure, severity: 'error' })
  sink.onFailure?.({ ...failure, severity: 'fatal' })
  expect(await readValues('servicex_errors_total')).toEqual([
    [{ severity: 'error' }, 1],
    [{ severity: 'fatal' }, 1],
  ])
})

test('100 000 random paths that no route matches are one series', async () => {
  for (let index = 0; index < 100_000; index += 1) {
    const path = `/${Math.random().toString(36)}/${index}`
    sink.onRequest?.(requestFacts({ path, route: undefined, statusCode: 404 }))
  }
  expect(await readValues('http_server_request_duration_seconds_count')).toMatchObject([
    [{ http_route: 'unmatched' }, 100_000],
  ])
  expect(warnings).toEqual([])
})

test('routes without end, which only a broken framework gives, are 2 000 series and a warning', async () => {
  for (let index = 0; index < 5000; index += 1)
    sink.onRequest?.(requestFacts({ route: `/users/${index}` }))
  const values = await readValues('http_server_request_duration_seconds_count')
  expect(values).toHaveLength(2001)
  expect(values.find(([labels]) => labels['http_route'] === 'overflow')?.[1]).toBe(3000)
  expect(warnings).toEqual([
    'metric http_server_request_duration_seconds has too many series: label http_route took 2000 values',
  ])
  const startedAt = performance.now()
  await readPage()
  expect(performance.now() - startedAt).toBeLessThan(2000)
})

test('the page says what is running, and how the process does', async () => {
  expect(await readValues('build_info')).toEqual([
    [
      {
        service: 'billing',
        revision: '3fa1c2e',
        environment: 'production',
        node: process.versions.node,
      },
      1,
    ],
  ])
  const page = await readMetrics(undefined)
  for (const name of ['nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes'])
    expect(page).toMatch(new RegExp(`^${name} \\S+$`, 'm'))
})

test('promtool accepts the whole page', async ({ skip }) => {
  const verdict = await checkMetrics(await readMetrics('text/plain'))
  skip(verdict === undefined, 'this machine has no promtool')
  expect(verdict).toEqual({ isSound: true, complaints: '' })
})
