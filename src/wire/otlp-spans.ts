import {
  type Message,
  toAttributes,
  toBigInt,
  toHex,
  toMessage,
  toMessages,
  toNumber,
  toText,
} from './otlp-values.ts'
import type {
  Attributes,
  ReceivedSpan,
  ReceivedSpanEvent,
  ReceivedSpanKind,
  ReceivedSpanLink,
} from './received-span.ts'

const KINDS: readonly ReceivedSpanKind[] = [
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
]
const STATUS_CODES = ['unset', 'ok', 'error'] as const

/**
 * Flattens an ExportTraceServiceRequest, decoded from protobuf or parsed from OTLP JSON, into
 * spans that carry their resource and scope. Throws, naming the field, on a value of the wrong type.
 */
export function toReceivedSpans(request: unknown): ReceivedSpan[] {
  return toMessages(toMessage(request, 'request'), 'resourceSpans').flatMap((resourceSpans) => {
    const resource = toAttributes(toMessage(resourceSpans['resource'], 'resource'))
    return toMessages(resourceSpans, 'scopeSpans').flatMap((scopeSpans) => {
      const scopeMessage = toMessage(scopeSpans['scope'], 'scope')
      const scope = { name: toText(scopeMessage, 'name'), version: toText(scopeMessage, 'version') }
      return toMessages(scopeSpans, 'spans').map((span) => toReceivedSpan(span, resource, scope))
    })
  })
}

function toReceivedSpan(
  span: Message,
  resource: Attributes,
  scope: ReceivedSpan['scope'],
): ReceivedSpan {
  const status = toMessage(span['status'], 'status')
  const parentSpanId = toHex(span, 'parentSpanId', 8)
  return {
    traceId: toHex(span, 'traceId', 16),
    spanId: toHex(span, 'spanId', 8),
    parentSpanId: parentSpanId === '' ? undefined : parentSpanId,
    traceState: toText(span, 'traceState'),
    flags: toNumber(span, 'flags'),
    name: toText(span, 'name'),
    kind: KINDS[toNumber(span, 'kind')] ?? 'unspecified',
    startTimeUnixNano: toBigInt(span, 'startTimeUnixNano'),
    endTimeUnixNano: toBigInt(span, 'endTimeUnixNano'),
    attributes: toAttributes(span),
    events: toMessages(span, 'events').map(toEvent),
    links: toMessages(span, 'links').map(toLink),
    status: {
      code: STATUS_CODES[toNumber(status, 'code')] ?? 'unset',
      message: toText(status, 'message'),
    },
    resource,
    scope,
  }
}

function toEvent(event: Message): ReceivedSpanEvent {
  return {
    timeUnixNano: toBigInt(event, 'timeUnixNano'),
    name: toText(event, 'name'),
    attributes: toAttributes(event),
  }
}

function toLink(link: Message): ReceivedSpanLink {
  return {
    traceId: toHex(link, 'traceId', 16),
    spanId: toHex(link, 'spanId', 8),
    traceState: toText(link, 'traceState'),
    flags: toNumber(link, 'flags'),
    attributes: toAttributes(link),
  }
}
