import type {
  Attributes,
  AttributeValue,
  ReceivedSpan,
  ReceivedSpanEvent,
  ReceivedSpanKind,
  ReceivedSpanLink,
} from './received-span.ts'

type Message = Readonly<Record<string, unknown>>

const KINDS: readonly ReceivedSpanKind[] = [
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
]
const STATUS_CODES = ['unset', 'ok', 'error'] as const
const MAX_DEPTH = 64

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

function toAttributes(message: Message, field = 'attributes', depth = 0): Attributes {
  return Object.fromEntries(
    toMessages(message, field).map((pair) => [
      toText(pair, 'key'),
      toAttributeValue(toMessage(pair['value'], 'value'), depth),
    ]),
  )
}

function toAttributeValue(value: Message, depth: number): AttributeValue {
  if (depth > MAX_DEPTH) throw new Error(`attribute values nested deeper than ${MAX_DEPTH}`)
  if (value['stringValue'] !== undefined) return toText(value, 'stringValue')
  if (value['boolValue'] !== undefined) return value['boolValue'] === true
  if (value['intValue'] !== undefined) return toInteger(toBigInt(value, 'intValue'))
  if (value['doubleValue'] !== undefined) return toNumber(value, 'doubleValue')
  if (value['bytesValue'] !== undefined) return toBytes(value, 'bytesValue')
  if (value['arrayValue'] !== undefined) {
    const items = toMessages(toMessage(value['arrayValue'], 'arrayValue'), 'values')
    return items.map((item) => toAttributeValue(item, depth + 1))
  }
  if (value['kvlistValue'] !== undefined) {
    return toAttributes(toMessage(value['kvlistValue'], 'kvlistValue'), 'values', depth + 1)
  }
  return null
}

function toInteger(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

// In protobuf an absent field is its default; in OTLP JSON it may also be left out or null.

function toMessage(value: unknown, field: string): Message {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Error(`${field} is not an object`)
  return value as Message
}

function toMessages(message: Message, field: string): Message[] {
  const list = message[field] ?? []
  if (!Array.isArray(list)) throw new Error(`${field} is not a list`)
  return list.map((item) => toMessage(item, field))
}

function toText(message: Message, field: string): string {
  const value = message[field] ?? ''
  if (typeof value !== 'string') throw new Error(`${field} is not a string`)
  return value
}

/** JSON writes NaN and the infinities as strings. */
function toNumber(message: Message, field: string): number {
  const value = message[field] ?? 0
  if (typeof value === 'number') return value
  const number = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
  if (Number.isNaN(number) && value !== 'NaN') throw new Error(`${field} is not a number`)
  return number
}

/** JSON writes 64-bit integers as decimal strings, some senders as numbers. */
function toBigInt(message: Message, field: string): bigint {
  const value = message[field] ?? 0n
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value)
  throw new Error(`${field} is not an integer`)
}

/** Ids are bytes in protobuf and hex in JSON. An empty id is absent. */
function toHex(message: Message, field: string, idBytes: number): string {
  const value = message[field] ?? ''
  const hex = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
  if (typeof hex !== 'string' || !/^[0-9a-f]*$/i.test(hex)) throw new Error(`${field} is not hex`)
  if (hex.length !== 0 && hex.length !== 2 * idBytes)
    throw new Error(`${field} is not ${idBytes} bytes long`)
  return hex.toLowerCase()
}

function toBytes(message: Message, field: string): Uint8Array {
  const value = message[field]
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') return new Uint8Array(Buffer.from(value, 'base64'))
  throw new Error(`${field} is not bytes`)
}
