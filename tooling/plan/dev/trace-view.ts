import { METRIC } from '../../../src/convention/metric-names.ts'
import type { ErrorItem, LogItem, MetricLink, TraceAnswer, TraceRow } from './api.ts'
import { toErrorItem } from './error-query.ts'
import type { StoredError } from './error-store.ts'
import { toLogItem } from './log-store.ts'
import { toLabelText } from './plain-value.ts'
import type { SpanDetail } from './record.ts'
import { toCurl } from './span-words.ts'
import type { Store } from './store.ts'
import type { StoredSpan } from './stored-span.ts'
import type { StoredTrace } from './trace-store.ts'

interface Placed {
  readonly span: StoredSpan
  readonly depth: number
  readonly isOrphan: boolean
}

const MAX_LINES = 2_000

/** Gives everything that is known of one trace, in the order of a tree. */
export function toTraceAnswer(store: Store, traceId: string): TraceAnswer | undefined {
  const trace = store.traces.find(traceId)
  const logs = logsOf(store, traceId)
  const errors = errorsOf(store, traceId)
  if (trace === undefined && logs.length === 0 && errors.length === 0) return undefined
  const logsBySpan = Map.groupBy(logs, ({ spanId }) => spanId)
  const placed = placeSpans(trace?.spans ?? [])
  const known = new Map(placed.map(({ span, depth }) => [span.spanId, depth]))
  const errorsBySpan = Map.groupBy(errors, ({ spanIds }) => findDeepest(spanIds, known))
  return {
    traceId,
    startMs: trace?.startMs ?? Math.min(...[...logs, ...errors].map(({ timeMs }) => timeMs)),
    durationMs: trace === undefined ? 0 : trace.endMs - trace.startMs,
    rows: placed.map((each) =>
      toRow(each, traceId, {
        logs: logsBySpan.get(each.span.spanId) ?? [],
        errors: (errorsBySpan.get(each.span.spanId) ?? []).map(toErrorItem),
        store,
      }),
    ),
    logs: logs.filter(({ spanId }) => spanId === undefined || !known.has(spanId)),
    errors: (errorsBySpan.get(undefined) ?? []).map(toErrorItem),
    droppedSpans: trace?.droppedSpans ?? 0,
  }
}

/** Gives the span that a trace is called by: its first root. */
export function findRoot(trace: StoredTrace): StoredSpan | undefined {
  const ids = new Set(trace.spans.map(({ spanId }) => spanId))
  const roots = trace.spans.filter(
    ({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId),
  )
  const candidates = roots.length === 0 ? trace.spans : roots
  return candidates.reduce<StoredSpan | undefined>(
    (first, span) => (first === undefined || isBefore(span, first) ? span : first),
    undefined,
  )
}

/** A span without a parent comes before one whose parent is not here; then the earlier. */
function isBefore(a: StoredSpan, b: StoredSpan): boolean {
  const [rootA, rootB] = [a.parentSpanId === undefined, b.parentSpanId === undefined]
  return rootA === rootB ? a.startMs < b.startMs : rootA
}

/** Puts parents before children and children by start. Spans that are their own ancestors come last, once. */
function placeSpans(spans: readonly StoredSpan[]): Placed[] {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const sorted = spans.toSorted((a, b) => a.startMs - b.startMs)
  const isRoot = ({ parentSpanId }: StoredSpan): boolean =>
    parentSpanId === undefined || !ids.has(parentSpanId)
  const children = Map.groupBy(
    sorted.filter((span) => !isRoot(span)),
    ({ parentSpanId }) => parentSpanId,
  )
  const placed: Placed[] = []
  const seen = new Set<StoredSpan>()
  const walk = (starts: readonly StoredSpan[]): void => {
    const waiting = starts.toReversed().map((span) => ({ span, depth: 0 }))
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { span, depth } = next
      if (seen.has(span)) continue
      seen.add(span)
      placed.push({ span, depth, isOrphan: isRoot(span) && span.parentSpanId !== undefined })
      const below = children.get(span.spanId) ?? []
      for (const child of below.toReversed()) waiting.push({ span: child, depth: depth + 1 })
    }
  }
  walk(sorted.filter(isRoot))
  walk(sorted.filter((span) => !seen.has(span)))
  return placed
}

interface Around {
  readonly logs: readonly LogItem[]
  readonly errors: readonly ErrorItem[]
  readonly store: Store
}

function toRow({ span, depth, isOrphan }: Placed, traceId: string, around: Around): TraceRow {
  const detail = around.store.traces.detailOf(span)
  const { spanId, parentSpanId, startMs, durationMs } = span
  const { service, name, title, kind, isError, status } = span.words
  const curl = kind === 'server' || kind === 'client' ? toCurl({ kind, detail }) : undefined
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    service,
    name,
    title,
    kind,
    startMs,
    durationMs,
    isError,
    ...(status === undefined ? {} : { status }),
    depth,
    isOrphan,
    detail,
    logs: around.logs,
    errors: around.errors,
    metrics: toMetricLinks(span, detail, around.store),
    ...(curl === undefined ? {} : { curl }),
  }
}

/** The metrics by the convention that counted a span, and those whose exemplar it is. */
function toMetricLinks(span: StoredSpan, { attributes }: SpanDetail, store: Store): MetricLink[] {
  const links = new Map<string, MetricLink>()
  for (const series of store.metrics.all()) {
    if (series.service !== span.service || series.kind !== 'histogram') continue
    const isExemplar = series.exemplars.some(({ spanId }) => spanId === span.spanId)
    if (!isExemplar && !isCountedBy(series, span, attributes)) continue
    const link = { name: series.name, service: series.service, labels: series.labels }
    if (isExemplar || !links.has(series.name)) links.set(series.name, link)
  }
  return [...links.values()]
}

function isCountedBy(
  series: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
  span: StoredSpan,
  attributes: SpanDetail['attributes'],
): boolean {
  const name = series.name.replaceAll('.', '_')
  const wanted = METRIC_OF_KIND[span.words.kind]
  if (wanted === undefined || !wanted.some((metric) => metric.startsWith(name))) return false
  return Object.entries(series.labels).every(([label, value]) => {
    const attribute = attributes[label] ?? attributes[toDotted(label)]
    return attribute === undefined
      ? label === 'error_type' && value === ''
      : toLabelText(attribute) === value
  })
}

const METRIC_OF_KIND: Readonly<Record<string, readonly string[]>> = {
  server: [METRIC.httpServerDuration],
  client: [METRIC.httpClientDuration, METRIC.dbClientDuration],
}

/** Gives the attribute that a Prometheus label is of. */
function toDotted(label: string): string {
  return DOTTED[label] ?? label.replaceAll('_', '.')
}

const DOTTED: Readonly<Record<string, string>> = {
  http_response_status_code: 'http.response.status_code',
  http_request_method: 'http.request.method',
  error_type: 'error.type',
}

function logsOf(store: Store, traceId: string): LogItem[] {
  const found: LogItem[] = []
  for (const log of store.logs.newestFirst()) {
    if (log.traceId === traceId) found.push(toLogItem(log))
    if (found.length === MAX_LINES) break
  }
  return found.toSorted((a, b) => a.timeMs - b.timeMs || a.seq - b.seq)
}

function errorsOf(store: Store, traceId: string): StoredError[] {
  const all = [...store.errors.newestFirst()]
  return all.filter((error) => error.traceId === traceId).toReversed()
}

/** An error stands where it came from: at the deepest of the spans it went through. */
function findDeepest(
  spanIds: readonly string[],
  depths: ReadonlyMap<string, number>,
): string | undefined {
  const known = spanIds.filter((spanId) => depths.has(spanId))
  return known.toSorted((a, b) => (depths.get(b) ?? 0) - (depths.get(a) ?? 0))[0]
}
