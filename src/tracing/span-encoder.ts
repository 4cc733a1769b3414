import type { Attributes } from '@opentelemetry/api'
import { type ErrorRecord, isError, messageOf, toErrorRecord } from '../convention/error-record.ts'
import { KnownTexts } from '../convention/known-texts.ts'
import { toSafeText } from '../convention/safe-json.ts'
import type { OperationFacts, SpanEvent } from '../context/facts.ts'
import { SPAN_KIND, STATUS_ERROR } from '../context/operation/operation.ts'
import { SPAN_ATTRIBUTE, writeAttributes } from './attribute-encoder.ts'
import { NESTING_BYTES, ProtoWriter } from './proto-writer.ts'
import type { SharedAttributes } from './request-kinds.ts'

/** How the attributes of one kind of operation are read. */
export interface AttributesOf<Facts> {
  readonly all: (facts: Facts) => Attributes
  /** Those that many operations have in common, where there are any; then what writes the rest. */
  readonly shared?: (facts: Facts) => SharedAttributes | undefined
  readonly writeOwn?: (writer: ProtoWriter, facts: Facts) => void
}

/** A finished operation waiting for delivery, with the attributes of its kind. */
export interface FinishedSpan {
  readonly facts: OperationFacts
  readonly attributes: AttributesOf<never>
  /** The operation counts as failed, in the sense of its kind. */
  readonly failed: boolean
}

/** Spans as they stand in an export request. */
export interface EncodedSpans {
  readonly count: number
  readonly bytes: Uint8Array
}

// Tags of opentelemetry/proto/trace/v1/trace.proto: field number << 3 | wire type.
const REQUEST = { resourceSpans: 0x0a } as const
const RESOURCE_SPANS = { resource: 0x0a, scopeSpans: 0x12 } as const
const RESOURCE = { attributes: 0x0a } as const
const SCOPE_SPANS = { scope: 0x0a, spans: 0x12 } as const
const SCOPE = { name: 0x0a } as const
const SPAN = {
  traceId: 0x0a,
  spanId: 0x12,
  traceState: 0x1a,
  parentSpanId: 0x22,
  name: 0x2a,
  kind: 0x30,
  start: 0x39,
  end: 0x41,
  attributes: SPAN_ATTRIBUTE,
  events: 0x5a,
  links: 0x6a,
  status: 0x7a,
} as const
/** Field 16, fixed32: sampled (bit 0), and where the parent is (bit 8: known, bit 9: in another process). */
const FLAGS = {
  localParent: Uint8Array.of(0x85, 0x01, 0x01, 0x01, 0, 0),
  remoteParent: Uint8Array.of(0x85, 0x01, 0x01, 0x03, 0, 0),
} as const
const EVENT = { time: 0x09, name: 0x12, attributes: 0x1a } as const
const LINK = { traceId: 0x0a, spanId: 0x12, traceState: 0x1a, attributes: 0x22 } as const
const STATUS = { message: 0x12, code: 0x18 } as const

/**
 * Encodes spans as an OTLP export request, in one pass over the records. The official exporter does
 * the delivery; its own encoder measures every span before it writes it, and wants each as an object
 * of another shape first, which cost more than the whole of the rest.
 */
export class SpanEncoder {
  readonly #resource: Uint8Array
  readonly #writer = new ProtoWriter()

  constructor(resource: Attributes) {
    const writer = new ProtoWriter()
    writer.message(RESOURCE_SPANS.resource, () =>
      writeAttributes(writer, RESOURCE.attributes, resource),
    )
    this.#resource = new Uint8Array(writer.finish())
  }

  /** Encodes spans; one that cannot be read is left out. The bytes are the caller's own. */
  encode(spans: readonly FinishedSpan[]): EncodedSpans {
    const writer = this.#writer
    let count = 0
    writer.reset()
    for (const [scope, members] of Map.groupBy(spans, ({ facts }) => facts.scopeName)) {
      const scopeSpans = writer.open(RESOURCE_SPANS.scopeSpans)
      writer.message(SCOPE_SPANS.scope, () => writer.string(SCOPE.name, scope))
      for (const span of members) if (writeWhole(writer, span)) count += 1
      writer.close(scopeSpans)
    }
    return { count, bytes: new Uint8Array(writer.finish()) }
  }

  /** Gives an ExportTraceServiceRequest; the bytes are the caller's own. */
  toRequest(parts: readonly EncodedSpans[]): Uint8Array {
    const length = parts.reduce((sum, { bytes }) => sum + bytes.length, this.#resource.length)
    const writer = new ProtoWriter(NESTING_BYTES + length)
    const resourceSpans = writer.open(REQUEST.resourceSpans)
    writer.raw(this.#resource)
    for (const { bytes } of parts) writer.raw(bytes)
    writer.close(resourceSpans)
    return writer.finish()
  }
}

/** A span whose attributes throw when they are read spoils no other. */
function writeWhole(writer: ProtoWriter, span: FinishedSpan): boolean {
  const start = writer.length
  try {
    writeSpan(writer, span)
    return true
  } catch {
    writer.cut(start)
    return false
  }
}

function writeSpan(writer: ProtoWriter, { facts, attributes, failed }: FinishedSpan): void {
  const start = facts.startTimeMs
  const end = start + facts.durationMs
  const span = writer.open(SCOPE_SPANS.spans)
  writer.hex(SPAN.traceId, facts.traceId)
  writer.hex(SPAN.spanId, facts.spanId)
  if (facts.parentSpanId !== undefined) writer.hex(SPAN.parentSpanId, facts.parentSpanId)
  if (facts.traceState !== undefined) writer.string(SPAN.traceState, facts.traceState)
  writer.raw(spanNames.of(facts.name))
  // The API counts kinds from INTERNAL = 0, the protocol from UNSPECIFIED = 0.
  writer.varint(SPAN.kind, facts.kind + 1)
  writer.nanoseconds(SPAN.start, start)
  writer.nanoseconds(SPAN.end, end)
  writeAttributesOf(writer, facts, attributes)
  if (facts.events !== undefined) for (const event of facts.events) writeEvent(writer, event)
  if (facts.failure !== undefined) writeEvent(writer, toExceptionEvent(facts.failure, end))
  if (facts.links !== undefined) for (const link of facts.links) writeLink(writer, link)
  writeStatus(writer, facts, failed)
  writer.raw(facts.kind === SPAN_KIND.server ? FLAGS.remoteParent : FLAGS.localParent)
  writer.close(span)
}

/** Names are few, and the same for ever. */
const spanNames = new KnownTexts<Uint8Array>({ count: 500, chars: 128 }, (name) => {
  const writer = new ProtoWriter(NESTING_BYTES + name.length * 3)
  writer.string(SPAN.name, name)
  return writer.finish()
})

function writeAttributesOf(
  writer: ProtoWriter,
  facts: OperationFacts,
  { all, shared, writeOwn }: AttributesOf<never>,
): void {
  const common = shared?.(facts as never)
  if (common === undefined || writeOwn === undefined)
    return writeAttributes(writer, SPAN.attributes, all(facts as never))
  writer.raw((common.encoded ??= encodeShared(common.attributes)))
  writeOwn(writer, facts as never)
}

function encodeShared(attributes: Attributes): Uint8Array {
  const writer = new ProtoWriter()
  writeAttributes(writer, SPAN.attributes, attributes)
  return new Uint8Array(writer.finish())
}

function writeEvent(writer: ProtoWriter, { name, timeMs, attributes }: SpanEvent): void {
  const event = writer.open(SPAN.events)
  writer.nanoseconds(EVENT.time, timeMs)
  writer.string(EVENT.name, name)
  if (attributes !== undefined) writeAttributes(writer, EVENT.attributes, attributes)
  writer.close(event)
}

/** Trace viewers show exceptions from span events still, though the conventions move them to log records. */
function toExceptionEvent(failure: unknown, timeMs: number): SpanEvent {
  const { type, message, stack } = toReadableRecord(failure)
  return {
    name: 'exception',
    timeMs,
    attributes: {
      'exception.type': type,
      'exception.message': toSafeText(message),
      'exception.stacktrace': stack === undefined ? undefined : toSafeText(stack),
    },
  }
}

/** One span that cannot be read may not spoil its batch. */
function toReadableRecord(failure: unknown): ErrorRecord {
  try {
    return toErrorRecord(failure)
  } catch {
    return { type: 'Error', message: messageOf(failure) }
  }
}

function writeLink(writer: ProtoWriter, link: NonNullable<OperationFacts['links']>[number]): void {
  const field = writer.open(SPAN.links)
  writer.hex(LINK.traceId, link.context.traceId)
  writer.hex(LINK.spanId, link.context.spanId)
  const state = link.context.traceState?.serialize()
  if (state !== undefined && state !== '') writer.string(LINK.traceState, state)
  if (link.attributes !== undefined) writeAttributes(writer, LINK.attributes, link.attributes)
  writer.close(field)
}

function writeStatus(writer: ProtoWriter, facts: OperationFacts, failed: boolean): void {
  const code = facts.status?.code ?? (failed ? STATUS_ERROR : 0)
  if (code === 0) return
  const message =
    facts.status?.message ?? (isError(facts.failure) ? messageOf(facts.failure) : undefined)
  const status = writer.open(SPAN.status)
  if (message !== undefined && code === STATUS_ERROR)
    writer.string(STATUS.message, toSafeText(message))
  writer.varint(STATUS.code, code)
  writer.close(status)
}
