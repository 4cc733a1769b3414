import type { Attributes } from '@opentelemetry/api'
import type { Config, TracingConfig } from '../config/config.ts'
import { SERVICEX_VERSION } from '../convention/version.ts'
import type { Notice, OperationFacts, Signal, Sink } from '../context/facts.ts'
import { SERVER_ERROR_STATUS } from '../context/request-operation.ts'
import { withoutRecording } from '../context/scope.ts'
import { type FinishedSpan, SpanEncoder } from './span-encoder.ts'
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
  const encoder = new SpanEncoder({ ...config.service.resource, ...SDK_ATTRIBUTES })
  // Loaded beside the app's own start, not before it: spans wait in the queue until it is there.
  const exporter = withoutRecording(() => loadExporter(endpoint, encoder))
  const { maxQueueSpans, maxBatchSpans, batchDelayMs }: TracingConfig = config.tracing
  return new BatchQueue({
    maxItems: maxQueueSpans,
    maxBatch: maxBatchSpans,
    delayMs: batchDelayMs,
    deliver: async (batch) => {
      const deliver = await exporter
      await withoutRecording(() => deliver(batch))
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

/** OpenTelemetry's own delivery: its settings, compression, retries and time limits; only the encoding is ours. */
async function loadExporter(
  url: string,
  encoder: SpanEncoder,
): Promise<(spans: readonly FinishedSpan[]) => Promise<void>> {
  const { convertLegacyHttpOptions, createOtlpHttpExportDelegate } =
    await import('@opentelemetry/otlp-exporter-base/node-http')
  const options = convertLegacyHttpOptions({ url }, 'TRACES', 'v1/traces', {
    'Content-Type': 'application/x-protobuf',
  })
  const serializer = {
    serializeRequest: (spans: readonly FinishedSpan[]) => encoder.encode(spans),
    deserializeResponse: () => ({}),
  }
  const delegate = createOtlpHttpExportDelegate(
    options,
    serializer,
    'otlp_http_span_exporter',
    COUNT,
    undefined,
  )
  return (spans) =>
    new Promise((resolve, reject) => {
      delegate.export(spans, ({ code, error }) => {
        if (code === 0) resolve()
        else reject(error ?? new Error('the collector did not take the spans'))
      })
    })
}

/** The delegate counts what it delivers for a meter that is not there. */
const COUNT = {
  name: 'span',
  countItems: (spans: readonly FinishedSpan[]) => spans.length,
} as const

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
