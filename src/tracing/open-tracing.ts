import type { Attributes } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Config, TracingConfig } from '../config/config.ts'
import { SERVICEX_VERSION } from '../convention/version.ts'
import type { Notice, OperationFacts, Signal, Sink } from '../context/facts.ts'
import { SERVER_ERROR_STATUS } from '../context/request-operation.ts'
import { withoutRecording } from '../context/scope.ts'
import { type FinishedSpan, toReadableSpan } from './readable-span.ts'
import {
  callAttributes,
  jobAttributes,
  queryAttributes,
  requestAttributes,
  spanAttributes,
} from './span-attributes.ts'
import { BatchQueue } from './span-queue.ts'

/**
 * Opens the traces: every sampled operation becomes a span, delivered in batches over OTLP/HTTP by
 * OpenTelemetry's exporter. Without an endpoint nothing is loaded and nothing kept; ids and
 * propagation need none of this.
 */
export function openTracing(config: Config, notice: Notice): Signal {
  const { endpoint } = config.tracing
  if (endpoint === undefined) return { name: 'tracing', sink: {}, flush: () => Promise.resolve() }
  const queue = openQueue(config, endpoint, notice)
  return {
    name: 'tracing',
    sink: toSink((span) => queue.add(span)),
    flush: (deadlineMs) => queue.flush(deadlineMs),
    get health() {
      return queue.health
    },
  }
}

function openQueue(config: Config, endpoint: string, notice: Notice): BatchQueue<FinishedSpan> {
  const resource = {
    attributes: { ...config.service.resource, ...SDK_ATTRIBUTES },
  } as unknown as ReadableSpan['resource']
  // Loaded beside the app's own start, not before it: spans wait in the queue until it is there.
  const exporter = withoutRecording(() => loadExporter(endpoint))
  const { maxQueueSpans, maxBatchSpans, batchDelayMs }: TracingConfig = config.tracing
  return new BatchQueue({
    maxItems: maxQueueSpans,
    maxBatch: maxBatchSpans,
    delayMs: batchDelayMs,
    deliver: async (batch) => {
      const spans = batch.map((span) => toReadableSpan(span, resource))
      const loaded = await exporter
      await withoutRecording(() => loaded(spans))
    },
    onChange: (up, reason) => {
      if (up) notice('info', `traces are delivered again to ${endpoint}`, {})
      else
        notice(
          'warn',
          `traces cannot be delivered to ${endpoint}: ${reason instanceof Error ? reason.message : String(reason)}`,
          { signal: 'tracing' },
        )
    },
  })
}

const SDK_ATTRIBUTES: Attributes = {
  'telemetry.sdk.language': 'nodejs',
  'telemetry.sdk.name': 'servicex',
  'telemetry.sdk.version': SERVICEX_VERSION,
}

async function loadExporter(url: string): Promise<(spans: ReadableSpan[]) => Promise<void>> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto')
  const exporter = new OTLPTraceExporter({ url })
  return (spans) =>
    new Promise((resolve, reject) => {
      exporter.export(spans, ({ code, error }) => {
        if (code === 0) resolve()
        else reject(error ?? new Error('the collector did not take the spans'))
      })
    })
}

function toSink(add: (span: FinishedSpan) => void): Sink {
  const keep = <Facts extends OperationFacts>(
    facts: Facts,
    attributes: (facts: Facts) => Attributes,
    failed: boolean,
  ): void => {
    if (facts.sampled) add({ facts, attributes, failed })
  }
  return {
    onRequest: (facts) => keep(facts, requestAttributes, facts.statusCode >= SERVER_ERROR_STATUS),
    onCall: (facts) => keep(facts, callAttributes, facts.failure !== undefined),
    onQuery: (facts) => keep(facts, queryAttributes, facts.failure !== undefined),
    onJob: (facts) => keep(facts, jobAttributes, facts.outcome === 'failed'),
    onSpan: (facts) => keep(facts, spanAttributes, facts.failure !== undefined),
  }
}
