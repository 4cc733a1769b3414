import type { MapEdge } from './api.ts'
import { quantile } from './service-stats.ts'
import type { StoredSpan } from './stored-span.ts'
import type { StoredTrace, TraceStore } from './trace-store.ts'

/** How many of the newest traces are looked at. */
const MAX_TRACES = 1_000
const MAX_EDGES = 200

type Open = Pick<MapEdge, 'from' | 'to' | 'toKind'> & {
  errors: number
  readonly durations: number[]
}

/** Gives who calls whom, by the newest traces. */
export function toServiceMap(traces: TraceStore): MapEdge[] {
  const edges = new Map<string, Open>()
  let looked = 0
  for (const trace of traces.newestFirst()) {
    looked += 1
    if (looked > MAX_TRACES) break
    addTrace(edges, trace)
  }
  return [...edges.values()].slice(0, MAX_EDGES).map(({ durations, ...edge }) => ({
    ...edge,
    calls: durations.length,
    p95Ms: quantile(
      durations.toSorted((a, b) => a - b),
      0.95,
    ),
  }))
}

function addTrace(edges: Map<string, Open>, { spans }: StoredTrace): void {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const answered = new Set<string>()
  for (const span of spans) {
    const parent = span.parentSpanId === undefined ? undefined : byId.get(span.parentSpanId)
    if (parent === undefined || parent.service === span.service) continue
    answered.add(parent.spanId)
    addCall(edges, { from: parent.service, to: span.service, toKind: 'service' }, span)
  }
  for (const span of spans) {
    const { peer, service } = span.words
    if (peer !== undefined && !answered.has(span.spanId))
      addCall(edges, { from: service, ...peer }, span)
  }
}

function addCall(
  edges: Map<string, Open>,
  edge: Pick<MapEdge, 'from' | 'to' | 'toKind'>,
  { words, durationMs }: StoredSpan,
): void {
  const key = JSON.stringify([edge.from, edge.to])
  const open = edges.get(key) ?? { ...edge, errors: 0, durations: [] }
  edges.set(key, open)
  open.durations.push(durationMs)
  if (words.isError) open.errors += 1
}
