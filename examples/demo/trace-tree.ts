import type { ReceivedSpan } from 'servicex/testing'

/** One span with its place in the tree and in time. */
export interface TraceRow {
  readonly span: ReceivedSpan
  /** 0 for a root. */
  readonly depth: number
  /** From the start of the trace, milliseconds. */
  readonly startMs: number
  readonly durationMs: number
}

/**
 * Puts the spans of one trace in the order of a tree: parents before children, children by start.
 * A span whose parent is not there is a root.
 */
export function toTraceRows(spans: readonly ReceivedSpan[]): readonly TraceRow[] {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const sorted = spans.toSorted((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano))
  const children = Map.groupBy(sorted, ({ parentSpanId }) =>
    parentSpanId !== undefined && ids.has(parentSpanId) ? parentSpanId : ROOT,
  )
  const rows: TraceRow[] = []
  addBelow(ROOT, 0)
  return rows

  function addBelow(parent: string, depth: number): void {
    for (const span of children.get(parent) ?? []) {
      rows.push(toRow(span, depth, sorted[0]?.startTimeUnixNano ?? 0n))
      addBelow(span.spanId, depth + 1)
    }
  }
}

const ROOT = ''

function toRow(span: ReceivedSpan, depth: number, origin: bigint): TraceRow {
  return {
    span,
    depth,
    startMs: toMs(span.startTimeUnixNano - origin),
    durationMs: toMs(span.endTimeUnixNano - span.startTimeUnixNano),
  }
}

function toMs(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e6
}
