import { fileURLToPath } from 'node:url'
import protobuf from 'protobufjs'

interface ReferenceValue {
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly intValue?: string
  readonly doubleValue?: number
  readonly bytesValue?: Uint8Array
  readonly arrayValue?: { readonly values: readonly ReferenceValue[] }
  readonly kvlistValue?: { readonly values: readonly ReferencePair[] }
}

interface ReferencePair {
  readonly key: string
  readonly value: ReferenceValue
}

interface ReferenceSpan {
  readonly traceId: Uint8Array
  readonly spanId: Uint8Array
  readonly parentSpanId: Uint8Array
  readonly traceState: string
  readonly flags: number
  readonly name: string
  readonly kind: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly ReferencePair[]
  readonly events: readonly {
    timeUnixNano: string
    name: string
    attributes: readonly ReferencePair[]
  }[]
  readonly links: readonly Pick<
    ReferenceSpan,
    'traceId' | 'spanId' | 'traceState' | 'flags' | 'attributes'
  >[]
  readonly status: { readonly code: string; readonly message: string } | null
}

interface ReferenceRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly ReferencePair[] }
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string; readonly version: string }
      readonly spans: readonly ReferenceSpan[]
    }[]
  }[]
}

const PROTO_FILE = fileURLToPath(new URL('../fakes/proto/otlp-trace.proto', import.meta.url))
const requestType = protobuf.loadSync(PROTO_FILE).lookupType('otlp.ExportTraceServiceRequest')

/** Encodes a trace export with protobufjs and the published field table. */
export function encodeWithReference(request: Record<string, unknown>): Uint8Array {
  return requestType.encode(requestType.fromObject(request)).finish()
}

/** Decodes a trace export with protobufjs and the published field table into what the collector should say. */
export function decodeWithReference(bytes: Uint8Array): unknown[] {
  const options = { longs: String, enums: String, defaults: true }
  const request = requestType.toObject(requestType.decode(bytes), options) as ReferenceRequest
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        ...toSpan(span),
        resource: toRecord(resource.attributes),
        scope: { name: scope.name, version: scope.version },
      })),
    ),
  )
}

function toSpan(span: ReferenceSpan): object {
  return {
    traceId: toHex(span.traceId),
    spanId: toHex(span.spanId),
    parentSpanId: toHex(span.parentSpanId) || undefined,
    traceState: span.traceState,
    flags: span.flags,
    name: span.name,
    kind: span.kind.replace('SPAN_KIND_', '').toLowerCase(),
    startTimeUnixNano: BigInt(span.startTimeUnixNano),
    endTimeUnixNano: BigInt(span.endTimeUnixNano),
    attributes: toRecord(span.attributes),
    events: span.events.map(({ timeUnixNano, name, attributes }) => {
      return { timeUnixNano: BigInt(timeUnixNano), name, attributes: toRecord(attributes) }
    }),
    links: span.links.map(({ traceId, spanId, traceState, flags, attributes }) => {
      const ids = { traceId: toHex(traceId), spanId: toHex(spanId) }
      return { ...ids, traceState, flags, attributes: toRecord(attributes) }
    }),
    status: {
      code: (span.status?.code ?? 'STATUS_CODE_UNSET').replace('STATUS_CODE_', '').toLowerCase(),
      message: span.status?.message ?? '',
    },
  }
}

function toRecord(pairs: readonly ReferencePair[]): object {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, toValue(value)]))
}

function toValue(value: ReferenceValue): unknown {
  if (value.intValue !== undefined) {
    const integer = BigInt(value.intValue)
    return BigInt.asIntN(54, integer) === integer ? Number(integer) : integer
  }
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(toValue)
  if (value.kvlistValue !== undefined) return toRecord(value.kvlistValue.values)
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue ?? null
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
