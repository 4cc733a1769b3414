import type { Collector } from '../../src/testing/collector.ts'
import type { ReceivedSpan } from '../../src/testing/received-span.ts'
import { pollUntil } from '../real/poll-until.ts'

/** What was seen of one request: its route, and the work done for it, each thing in a few words. */
export interface SeenRequest {
  readonly server: ReceivedSpan
  /** Sorted; work of which several spans tell is there several times. */
  readonly work: readonly string[]
}

const QUIET_MS = 100

/** Sends a request in a trace of its own and gives what the collector got of it, once nothing more comes. */
export async function readRequest(collector: Collector, url: string): Promise<SeenRequest> {
  const traceId = crypto.randomUUID().replaceAll('-', '')
  const reply = await fetch(url, { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } })
  await reply.text()
  const server = await collector.waitFor(
    (span) => span.traceId === traceId && span.kind === 'server',
  )
  const spans = await readQuietTrace(collector, traceId)
  return { server, work: spans.filter(isChildOf(server)).flatMap(toWords).toSorted() }
}

/** Gives the spans of a trace when no other has come for a while. */
async function readQuietTrace(collector: Collector, traceId: string): Promise<ReceivedSpan[]> {
  let known: ReceivedSpan[] = []
  let since = performance.now()
  return pollUntil(
    async () => {
      const spans = collector.spans.filter((span) => span.traceId === traceId)
      if (spans.length !== known.length) since = performance.now()
      known = spans
      return performance.now() - since < QUIET_MS ? undefined : spans
    },
    { what: 'a trace to be complete' },
  )
}

function isChildOf(parent: ReceivedSpan): (span: ReceivedSpan) => boolean {
  return ({ parentSpanId }) => parentSpanId === parent.spanId
}

/** Connections are opened by the request that happens to come first: they say nothing of import order. */
function toWords({ kind, name, attributes }: ReceivedSpan): string[] {
  if (name.endsWith('.connect')) return []
  const system = attributes['db.system.name']
  if (typeof system !== 'string') return [`${kind} ${name}`]
  return [`${system} ${attributes['db.query.text'] as string}`]
}
