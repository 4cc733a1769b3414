import type { Attributes } from '@opentelemetry/api'
import type { Config, TracingConfig } from '../config/config.ts'
import { messageOf } from '../convention/error-record.ts'
import { SERVICEX_VERSION } from '../convention/version.ts'
import type {
  CallFacts,
  ClientFacts,
  Delivery,
  JobFacts,
  Notice,
  OperationFacts,
  QueryFacts,
  RequestFacts,
  Signal,
  Sink,
} from '../context/facts.ts'
import { withoutRecording } from '../context/scope.ts'
import { toSharedAttributes, writeOwnRequestAttributes } from './request-kinds.ts'
import {
  type AttributesOf,
  type EncodedSpans,
  type FinishedSpan,
  SpanEncoder,
} from './span-encoder.ts'
import {
  callAttributes,
  clientAttributes,
  jobAttributes,
  queryAttributes,
  requestAttributes,
  spanAttributes,
} from './span-attributes.ts'
import { loadExporter, SPANS_MEDIA_TYPE } from './span-exporter.ts'
import { SpanPacker } from './span-packer.ts'
import { BatchQueue } from './span-queue.ts'

/**
 * Opens the traces: every sampled operation becomes a span, delivered in batches over OTLP/HTTP by
 * OpenTelemetry's exporter. Without an endpoint nothing is loaded and nothing kept; ids and
 * propagation need none of this.
 */
export function openTracing(config: Config, notice: Notice): Signal {
  const { endpoint } = config.tracing
  if (endpoint === undefined) return { name: 'tracing', sink: {}, flush: () => Promise.resolve() }
  const { queue, packer, undelivered } = openQueue(config, endpoint, notice)
  return {
    name: 'tracing',
    sink: toSink((span) => packer.add(span)),
    flush: (deadlineMs) => {
      packer.pack()
      return queue.flush(deadlineMs)
    },
    undelivered,
    get health() {
      const { health } = queue
      return {
        ...health,
        queued: health.queued + packer.waiting,
        failed: health.failed + packer.lost,
      }
    },
  }
}

interface Opened {
  readonly queue: BatchQueue<EncodedSpans>
  readonly packer: SpanPacker
  readonly undelivered: () => readonly Delivery[]
}

function openQueue(config: Config, endpoint: string, notice: Notice): Opened {
  const encoder = new SpanEncoder({ ...config.service.resource, ...SDK_ATTRIBUTES })
  // Loaded beside the app's own start, not before it: spans wait in the queue until it is there.
  const exporter = withoutRecording(() => loadExporter(endpoint, encoder))
  const headers = { ...config.tracing.headers, 'Content-Type': SPANS_MEDIA_TYPE }
  const { maxQueueSpans, maxBatchSpans, batchDelayMs }: TracingConfig = config.tracing
  const queue = new BatchQueue<EncodedSpans>({
    maxItems: maxQueueSpans,
    maxBatch: maxBatchSpans,
    delayMs: batchDelayMs,
    countOf: ({ count }) => count,
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
  const packer = new SpanPacker({
    encode: (spans) => encoder.encode(spans),
    onPacked: (spans) => queue.add(spans),
    maxSpans: maxBatchSpans,
  })
  const undelivered = (): readonly Delivery[] => {
    packer.pack()
    const spans = queue.undelivered()
    return spans.length === 0 ? [] : [{ url: endpoint, headers, body: encoder.toRequest(spans) }]
  }
  return { queue, packer, undelivered }
}

const SDK_ATTRIBUTES: Attributes = {
  'telemetry.sdk.language': 'nodejs',
  'telemetry.sdk.name': 'servicex',
  'telemetry.sdk.version': SERVICEX_VERSION,
}

const REQUEST: AttributesOf<RequestFacts> = {
  all: requestAttributes,
  shared: toSharedAttributes,
  writeOwn: writeOwnRequestAttributes,
}
const CALL: AttributesOf<CallFacts> = { all: callAttributes }
const CLIENT: AttributesOf<ClientFacts> = { all: clientAttributes }
const QUERY: AttributesOf<QueryFacts> = { all: queryAttributes }
const JOB: AttributesOf<JobFacts> = { all: jobAttributes }
const SPAN: AttributesOf<OperationFacts> = { all: spanAttributes }

function toSink(add: (span: FinishedSpan) => void): Sink {
  const keep = <Facts extends OperationFacts>(
    facts: Facts,
    attributes: AttributesOf<Facts>,
    failed: boolean,
  ): void => {
    if (facts.sampled) add({ facts, attributes, failed })
  }
  return {
    onRequest: (facts) => keep(facts, REQUEST, facts.failed),
    onCall: (facts) => keep(facts, CALL, facts.failure !== undefined),
    onClient: (facts) => keep(facts, CLIENT, facts.failure !== undefined),
    onQuery: (facts) => keep(facts, QUERY, facts.failure !== undefined),
    onJob: (facts) => keep(facts, JOB, facts.outcome === 'failed'),
    onSpan: (facts) => keep(facts, SPAN, facts.failure !== undefined),
  }
}
