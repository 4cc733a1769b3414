import type { Attributes } from '@opentelemetry/api'
import type { Config, TracingConfig } from '../config/config.ts'
import { messageOf } from '../convention/error-record.ts'
import { SERVICEX_VERSION } from '../convention/version.ts'
import type { Delivery, Notice, OperationFacts, Signal, Sink } from '../context/facts.ts'
import { withoutRecording } from '../context/scope.ts'
import { type FinishedSpan, SpanEncoder } from './span-encoder.ts'
import {
  callAttributes,
  clientAttributes,
  jobAttributes,
  queryAttributes,
  requestAttributes,
  spanAttributes,
} from './span-attributes.ts'
import { loadExporter, SPANS_MEDIA_TYPE } from './span-exporter.ts'
import { BatchQueue } from './span-queue.ts'

/**
 * Opens the traces: every sampled operation becomes a span, delivered in batches over OTLP/HTTP by
 * OpenTelemetry's exporter. Without an endpoint nothing is loaded and nothing kept; ids and
 * propagation need none of this.
 */
export function openTracing(config: Config, notice: Notice): Signal {
  const { endpoint } = config.tracing
  if (endpoint === undefined) return { name: 'tracing', sink: {}, flush: () => Promise.resolve() }
  const { queue, undelivered } = openQueue(config, endpoint, notice)
  return {
    name: 'tracing',
    sink: toSink((span) => queue.add(span)),
    flush: (deadlineMs) => queue.flush(deadlineMs),
    undelivered,
    get health() {
      return queue.health
    },
  }
}

interface Opened {
  readonly queue: BatchQueue<FinishedSpan>
  readonly undelivered: () => readonly Delivery[]
}

function openQueue(config: Config, endpoint: string, notice: Notice): Opened {
  const encoder = new SpanEncoder({ ...config.service.resource, ...SDK_ATTRIBUTES })
  // Loaded beside the app's own start, not before it: spans wait in the queue until it is there.
  const exporter = withoutRecording(() => loadExporter(endpoint, encoder))
  const headers = { ...config.tracing.headers, 'Content-Type': SPANS_MEDIA_TYPE }
  const { maxQueueSpans, maxBatchSpans, batchDelayMs }: TracingConfig = config.tracing
  const queue = new BatchQueue<FinishedSpan>({
    maxItems: maxQueueSpans,
    maxBatch: maxBatchSpans,
    delayMs: batchDelayMs,
    deliver: async (batch) => {
      const { deliver } = await exporter
      await withoutRecording(() => deliver(batch))
    },
    onChange: (up, reason) => {
      if (up) notice('info', `traces are delivered again to ${endpoint}`, {})
      else
        notice('warn', `traces cannot be delivered to ${endpoint}: ${messageOf(reason)}`, {
          signal: 'tracing',
        })
    },
  })
  const undelivered = (): readonly Delivery[] => {
    const spans = queue.undelivered()
    return spans.length === 0 ? [] : [{ url: endpoint, headers, body: encoder.encode(spans) }]
  }
  return { queue, undelivered }
}

const SDK_ATTRIBUTES: Attributes = {
  'telemetry.sdk.language': 'nodejs',
  'telemetry.sdk.name': 'servicex',
  'telemetry.sdk.version': SERVICEX_VERSION,
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
    onRequest: (facts) => keep(facts, requestAttributes, facts.failed),
    onCall: (facts) => keep(facts, callAttributes, facts.failure !== undefined),
    onClient: (facts) => keep(facts, clientAttributes, facts.failure !== undefined),
    onQuery: (facts) => keep(facts, queryAttributes, facts.failure !== undefined),
    onJob: (facts) => keep(facts, jobAttributes, facts.outcome === 'failed'),
    onSpan: (facts) => keep(facts, spanAttributes, facts.failure !== undefined),
  }
}
