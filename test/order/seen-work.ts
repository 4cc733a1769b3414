import type { Collector } from '../../src/testing/collector.ts'
import type { ReceivedSpan } from '../../src/wire/received-span.ts'
import { readTrace, sendTraced } from './trace-reader.ts'

/** What was seen of one request: its route, and the work done for it, each thing in a few words. */
export interface SeenRequest {
  readonly server: ReceivedSpan
  /** Sorted; work of which several spans tell is there several times. */
  readonly work: readonly string[]
}

/** Sends a request in a trace of its own and gives what the collector got of it. */
export async function readRequest(collector: Collector, url: string): Promise<SeenRequest> {
  const { server, spans } = await readTrace(collector, await sendTraced(url))
  const children = spans.filter(({ parentSpanId }) => parentSpanId === server.spanId)
  return { server, work: children.flatMap(toWords).toSorted() }
}

/** Connections are opened by the request that happens to come first: they say nothing of import order. */
function toWords({ kind, name, attributes }: ReceivedSpan): string[] {
  if (name.endsWith('.connect')) return []
  const system = attributes['db.system.name']
  if (typeof system !== 'string') return [`${kind} ${name}`]
  return [`${system} ${attributes['db.query.text'] as string}`]
}
