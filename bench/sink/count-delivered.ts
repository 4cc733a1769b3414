import { gunzipSync } from 'node:zlib'
import { decodeTraceRequest } from '../../src/testing/otlp-decode.ts'
import { toReceivedSpans } from '../../src/testing/otlp-spans.ts'
import { parseEnvelope, parseJsonObject } from '../../src/testing/sentry-envelope.ts'
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

type Counts = { -readonly [Key in keyof Delivered]: Delivered[Key] }

/** Decodes every delivery and counts. Throws on one that cannot be decoded. */
export function countDelivered(deliveries: readonly Delivery[]): Delivered {
  const counts: Counts = {
    serverSpans: 0,
    clientSpans: 0,
    errorEvents: 0,
    segments: 0,
    agentTraces: 0,
  }
  for (const delivery of deliveries) {
    if (delivery.path === '/v1/traces') countSpans(delivery, counts)
    else if (delivery.path.startsWith('/api/')) countEnvelope(delivery, counts)
    else if (delivery.path.endsWith('/traces')) counts.agentTraces += countAgentTraces(delivery)
  }
  return counts
}

function countSpans(delivery: Delivery, counts: Counts): void {
  const isJson = delivery.headers['content-type']?.startsWith('application/json') === true
  const decode = isJson ? parseJsonObject : decodeTraceRequest
  for (const { kind } of toReceivedSpans(decode(toBody(delivery))))
    if (kind === 'server') counts.serverSpans += 1
    else if (kind === 'client') counts.clientSpans += 1
}

function countEnvelope(delivery: Delivery, counts: Counts): void {
  for (const { header, payload } of parseEnvelope(toBody(delivery)).items)
    if (header.type === 'event') counts.errorEvents += 1
    else if (header.type === 'span') counts.segments += countSegments(payload)
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

function toBody({ headers, body }: Delivery): Buffer {
  return headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}
