import { gunzipSync } from 'node:zlib'
import { decodeMessage, type Schema } from '../../src/wire/protobuf-decode.ts'
import { parseEnvelope, parseJsonObject } from '../../src/wire/sentry-envelope.ts'
import type { Delivery } from './open-sink.ts'

/** What a backend would have shown. */
export interface Delivered {
  readonly serverSpans: number
  readonly clientSpans: number
  /** Sentry's error events, and its segments: the spans that stand for a whole request. */
  readonly errorEvents: number
  readonly segments: number
  /** Traces that came to the Datadog agent. */
  readonly agentTraces: number
}

/** Before anything has arrived. */
export const NOTHING: Delivered = {
  serverSpans: 0,
  clientSpans: 0,
  errorEvents: 0,
  segments: 0,
  agentTraces: 0,
}

/** Decodes deliveries and adds them to what had arrived. Throws on one that cannot be decoded. */
export function addDelivered(sum: Delivered, deliveries: readonly Delivery[]): Delivered {
  return deliveries.map(toDelivered).reduce(
    (sum, part) => ({
      serverSpans: sum.serverSpans + part.serverSpans,
      clientSpans: sum.clientSpans + part.clientSpans,
      errorEvents: sum.errorEvents + part.errorEvents,
      segments: sum.segments + part.segments,
      agentTraces: sum.agentTraces + part.agentTraces,
    }),
    sum,
  )
}

function toDelivered(delivery: Delivery): Delivered {
  const { path } = delivery
  if (path === '/v1/traces') return { ...NOTHING, ...countSpans(toBody(delivery)) }
  if (path.startsWith('/api/')) return { ...NOTHING, ...countEnvelope(toBody(delivery)) }
  if (path.endsWith('/traces')) return { ...NOTHING, agentTraces: countAgentTraces(delivery) }
  return NOTHING
}

function toBody({ headers, body }: Delivery): Buffer {
  return headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}

/** The part of an ExportTraceServiceRequest that tells spans and their kinds. Source: opentelemetry-proto v1. */
const SPANS: Schema = list('resourceSpans', 1, list('scopeSpans', 2, list('spans', 2, kind())))

function list(name: string, field: number, schema: Schema): Schema {
  return { [field]: { name, type: () => schema, isRepeated: true } }
}

function kind(): Schema {
  return { 6: { name: 'kind', type: 'uint32' } }
}

const SERVER = 2
const CLIENT = 3

interface SpanKinds {
  readonly resourceSpans?: readonly {
    readonly scopeSpans?: readonly { readonly spans?: readonly { readonly kind?: number }[] }[]
  }[]
}

function countSpans(body: Buffer): Pick<Delivered, 'serverSpans' | 'clientSpans'> {
  const { resourceSpans = [] } = decodeMessage(body, SPANS) as SpanKinds
  const spans = resourceSpans
    .flatMap(({ scopeSpans = [] }) => scopeSpans)
    .flatMap(({ spans = [] }) => spans)
  const count = (wanted: number): number => spans.filter(({ kind }) => kind === wanted).length
  return { serverSpans: count(SERVER), clientSpans: count(CLIENT) }
}

function countEnvelope(body: Buffer): Pick<Delivered, 'errorEvents' | 'segments'> {
  const { items } = parseEnvelope(body)
  const spans = items.filter(({ header }) => header.type === 'span')
  return {
    errorEvents: items.filter(({ header }) => header.type === 'event').length,
    segments: spans.reduce((sum, { payload }) => sum + countSegments(payload), 0),
  }
}

/** Source: develop.sentry.dev, "Span Protocol", version 2. */
function countSegments(payload: Uint8Array): number {
  const spans = parseJsonObject(payload)['items'] as readonly { readonly is_segment?: boolean }[]
  return spans.filter((span) => span.is_segment === true).length
}

/** The payload is a MessagePack array of traces; the header repeats their number. */
function countAgentTraces({ headers, body }: Delivery): number {
  const announced = Number(headers['x-datadog-trace-count'])
  const counted = readArrayLength(body)
  if (announced !== counted) throw new Error(`${announced} traces announced, ${counted} sent`)
  return counted
}

/** Source: MessagePack specification, "array format family". */
function readArrayLength(bytes: Buffer): number {
  const [format = 0] = bytes
  if (format >= 0x90 && format <= 0x9f) return format - 0x90
  if (format === 0xdc) return bytes.readUInt16BE(1)
  if (format === 0xdd) return bytes.readUInt32BE(1)
  throw new Error(`not a MessagePack array: it begins with ${format}`)
}
