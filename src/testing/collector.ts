import { openInbox, type WaitFor } from './inbox.ts'
import { decodeTraceRequest } from '../wire/otlp-decode.ts'
import { toReceivedSpans } from '../wire/otlp-spans.ts'
import {
  openReceiver,
  type ReceivedRequest,
  type Receiver,
  type ReceiverOptions,
  type Understood,
} from './receiver.ts'
import type { ReceivedSpan } from '../wire/received-span.ts'

/** A collector on this machine, for tests: it keeps every span it accepts. */
export interface Collector extends Receiver {
  /** The value of `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string
  /** Every span of an accepted request, in order of arrival. */
  readonly spans: readonly ReceivedSpan[]
  /** Waits for a number of spans, or for the first span that fits. */
  readonly waitFor: WaitFor<ReceivedSpan>
  /** Forgets all spans and requests. */
  readonly clear: () => void
}

const PROTOBUF = 'application/x-protobuf'
const JSON_TYPE = 'application/json'

/**
 * Opens an OTLP/HTTP collector on an ephemeral port of 127.0.0.1; the caller closes it.
 *
 * `/v1/traces` takes protobuf and JSON, compressed or not; what it cannot read is answered 400.
 * `/v1/logs` and `/v1/metrics` are accepted and kept only as requests. `options` script faults.
 */
export async function openCollector(options?: ReceiverOptions): Promise<Collector> {
  const inbox = openInbox<ReceivedSpan>({ noun: 'spans', describe: describeSpan })
  const { origin, clearRequests, close, ...receiver } = await openReceiver((request) => {
    return understand(request, inbox.add)
  }, options)
  return {
    ...receiver,
    url: origin,
    spans: inbox.items,
    waitFor: inbox.waitFor,
    clear: () => {
      clearRequests()
      inbox.clear()
    },
    close: async () => {
      await close()
      inbox.close()
    },
  }
}

function understand(
  request: ReceivedRequest,
  deliver: (spans: readonly ReceivedSpan[]) => void,
): Understood {
  const { path, method, body } = request
  const isTraces = path === '/v1/traces'
  if (!isTraces && path !== '/v1/logs' && path !== '/v1/metrics') return toStatus(404)
  if (method !== 'POST') return toStatus(405)
  const type = request.headers['content-type']?.split(';')[0]?.trim()
  if (type !== PROTOBUF && type !== JSON_TYPE) return toStatus(415)
  const answer = type === PROTOBUF ? '' : '{}'
  const reply = {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': type },
    body: answer,
  } as const
  if (!isTraces) return { reply }
  const spans = toReceivedSpans(type === PROTOBUF ? decodeTraceRequest(body) : parseJson(body))
  return { reply, deliver: () => deliver(spans) }
}

function toStatus(status: number): Understood {
  return { reply: { kind: 'answer', status } }
}

function parseJson(body: Uint8Array): unknown {
  return JSON.parse(Buffer.from(body).toString('utf8'))
}

function describeSpan(span: ReceivedSpan): string {
  const parent = span.parentSpanId === undefined ? 'root' : `child of ${span.parentSpanId}`
  return `${span.kind} "${span.name}" ${span.traceId}/${span.spanId} ${parent}`
}
