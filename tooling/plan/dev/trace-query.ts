import type { ListAnswer, TraceSummary } from './api.ts'
import { findRoot } from './trace-view.ts'
import type { Store } from './store.ts'
import type { StoredTrace } from './trace-store.ts'

/** Which part of a list is asked for. */
export interface PageQuery {
  readonly limit: number
  /** Only items before this one. */
  readonly before?: number
}

/** Which traces are asked for; what is absent does not matter. */
export interface TraceQuery extends PageQuery {
  readonly service?: string
  readonly failed?: boolean
  readonly text?: string
  readonly minMs?: number
}

/** Gives the traces that fit, newest first. */
export function queryTraces(store: Store, query: TraceQuery): ListAnswer<TraceSummary> {
  const text = query.text?.toLowerCase() ?? ''
  const holdsText = text === '' ? undefined : toTextSearch(store, text)
  const { items, ...rest } = toPage(store.traces.newestFirst(), query, {
    isWanted: (trace) => isWanted(trace, query) && (holdsText?.(trace) ?? true),
    toItem: (trace) => trace,
  })
  const lines = countLines(store, new Set(items.map(({ traceId }) => traceId)))
  // They are kept in the order of their arrival; a person looks for when they began.
  const sorted = items.toSorted((a, b) => b.startMs - a.startMs)
  return { items: sorted.map((trace) => toSummary(trace, lines.get(trace.traceId) ?? 0)), ...rest }
}

/** Lines arrive before the spans they belong to, so that they are counted when a trace is looked at. */
function countLines(store: Store, traceIds: ReadonlySet<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { traceId } of store.logs.newestFirst())
    if (traceId !== undefined && traceIds.has(traceId))
      counts.set(traceId, (counts.get(traceId) ?? 0) + 1)
  return counts
}

/** How a list is made of what is kept. */
export interface PageMaking<Kept, Item> {
  readonly isWanted: (kept: Kept) => boolean
  readonly toItem: (kept: Kept) => Item
}

/** Gives one page of what is kept. */
export function toPage<Kept extends { readonly seq: number }, Item>(
  kept: Iterable<Kept>,
  { limit, before = Infinity }: PageQuery,
  { isWanted: fits, toItem }: PageMaking<Kept, Item>,
): ListAnswer<Item> {
  const items: Item[] = []
  let total = 0
  let last = 0
  let hasMore = false
  for (const candidate of kept) {
    if (!fits(candidate)) continue
    total += 1
    if (candidate.seq >= before) continue
    if (items.length === limit) hasMore = true
    else {
      items.push(toItem(candidate))
      last = candidate.seq
    }
  }
  return { items, total, ...(hasMore ? { next: last } : {}) }
}

function isWanted(trace: StoredTrace, { service, failed, minMs }: TraceQuery): boolean {
  return (
    (failed !== true || trace.errorCount > 0) &&
    (minMs === undefined || trace.endMs - trace.startMs >= minMs) &&
    (service === undefined || trace.spans.some((span) => span.service === service))
  )
}

function toTextSearch(store: Store, text: string): (trace: StoredTrace) => boolean {
  const isInDetail = store.traces.toDetailSearch(text)
  const isIn = (words: string | undefined): boolean => words?.toLowerCase().includes(text) === true
  return ({ traceId, spans }) =>
    traceId.startsWith(text) ||
    spans.some(
      (span) =>
        isIn(span.words.title) ||
        isIn(span.words.name) ||
        isIn(span.words.status) ||
        span.spanId === text ||
        isInDetail(span),
    )
}

function toSummary(trace: StoredTrace, logCount: number): TraceSummary {
  const root = findRoot(trace)
  const spansOf = new Map<string, number>()
  for (const { service } of trace.spans) spansOf.set(service, (spansOf.get(service) ?? 0) + 1)
  return {
    seq: trace.seq,
    traceId: trace.traceId,
    service: root?.service ?? '',
    title: root?.words.title ?? '',
    startMs: trace.startMs,
    durationMs: trace.endMs - trace.startMs,
    spanCount: trace.spans.length + trace.droppedSpans,
    errorCount: trace.errorCount,
    logCount,
    ...(root?.words.status === undefined ? {} : { status: root.words.status }),
    services: [...spansOf],
  }
}
