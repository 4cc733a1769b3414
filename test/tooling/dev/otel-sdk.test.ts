import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  ListAnswer,
  LogItem,
  MetricSummary,
  StateAnswer,
  TraceAnswer,
  TraceSummary,
} from '../../../tooling/plan/dev/api.ts'
import { openTestDashboard, type TestDashboard } from './dashboard-fixture.ts'

const APP = join(import.meta.dirname, 'fixtures/otel-app.cjs')
const REGISTER = '@opentelemetry/auto-instrumentations-node/register'

describe.for([
  ['http/protobuf', 'gzip'],
  ['http/json', 'none'],
] as const)(
  'the stock OpenTelemetry SDK sends to it unmodified, %s with %s',
  ([protocol, compression]) => {
    let dashboard: TestDashboard
    let trace: TraceAnswer

    beforeAll(async () => {
      dashboard = await openTestDashboard()
      const env = {
        ...process.env,
        NODE_OPTIONS: '',
        OTEL_SERVICE_NAME: 'stock',
        OTEL_EXPORTER_OTLP_ENDPOINT: dashboard.origin,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,pino',
      }
      const words = ['--require', REGISTER, APP]
      await promisify(execFile)(process.execPath, words, { env, timeout: 20_000 })
      const { items } = await dashboard.ask<ListAnswer<TraceSummary>>('/api/traces')
      expect(items).toHaveLength(1)
      trace = await dashboard.ask<TraceAnswer>(`/api/traces/${items[0]?.traceId}`)
    })
    afterAll(() => dashboard.close())

    test('both spans of a request stand in one trace, the server below the client', () => {
      const rows = trace.rows.map(({ service, kind, depth, status }) => [
        service,
        kind,
        depth,
        status,
      ])
      expect(rows).toEqual([
        ['stock', 'client', 0, expect.stringContaining('500')],
        ['stock', 'server', 1, expect.stringContaining('500')],
      ])
    })

    test('its line stands at the span it was written in', async () => {
      expect(trace.rows[1]?.logs).toMatchObject([
        { message: 'cannot answer', severity: 'error', source: 'otlp' },
      ])
      const { items } = await dashboard.ask<ListAnswer<LogItem>>('/api/logs?service=stock')
      expect(items).toHaveLength(1)
    })

    test('its error is found, with the trace it is of', async () => {
      const { items } = await dashboard.ask<{ items: object[] }>('/api/errors')
      expect(items).toMatchObject([
        { service: 'stock', message: 'the row is cut off', lastTraceId: trace.traceId },
      ])
    })

    test('its histogram is a metric', async () => {
      const { items } = await dashboard.ask<{ items: MetricSummary[] }>('/api/metrics')
      const histogram = items.find(({ name }) =>
        /^http\.server\.(?:request\.)?duration$/.test(name),
      )
      expect(histogram).toMatchObject({ kind: 'histogram', services: ['stock'] })
    })

    test('it is a service of the page, that nobody here started', async () => {
      const { services } = await dashboard.ask<StateAnswer>('/api/state')
      expect(services.map(({ name, process }) => [name, process])).toEqual([['stock', undefined]])
    })
  },
)
