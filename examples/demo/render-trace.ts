import { toTraceRows, type TraceRow } from './trace-tree.ts'
import type { Attributes, ReceivedSpan } from 'servicex/testing'

const BAR_WIDTH = 32

/** Spells one trace as a waterfall: service, operation, when and how long it ran, how it ended. */
export function renderTrace(spans: readonly ReceivedSpan[]): readonly string[] {
  const rows = toTraceRows(spans)
  const totalMs = Math.max(...rows.map(({ startMs, durationMs }) => startMs + durationMs))
  const names = rows.map((row) => '  '.repeat(row.depth) + toTitle(row.span))
  const services = rows.map(({ span }) => textOf(span.resource, 'service.name'))
  const nameWidth = widest(names)
  const serviceWidth = widest(services)
  return rows.map((row, index) =>
    [
      services[index]?.padEnd(serviceWidth),
      names[index]?.padEnd(nameWidth),
      toBar(row, totalMs),
      `${row.durationMs.toFixed(1)} ms`.padStart(9),
      toOutcome(row.span),
    ]
      .join('  ')
      .trimEnd(),
  )
}

/** Calls have the method as their name; where they went makes them readable. */
function toTitle({ kind, name, attributes }: ReceivedSpan): string {
  const url = attributes['url.full']
  return kind === 'client' && typeof url === 'string' ? `${name} ${new URL(url).pathname} →` : name
}

function toBar({ startMs, durationMs }: TraceRow, totalMs: number): string {
  const from = Math.min(BAR_WIDTH - 1, Math.floor((startMs / totalMs) * BAR_WIDTH))
  const to = Math.max(from + 1, Math.round(((startMs + durationMs) / totalMs) * BAR_WIDTH))
  return '·'.repeat(from) + '█'.repeat(to - from) + '·'.repeat(Math.max(0, BAR_WIDTH - to))
}

function toOutcome({ attributes }: ReceivedSpan): string {
  const status = textOf(attributes, 'http.response.status_code')
  const errorType = textOf(attributes, 'error.type')
  return errorType === status ? status : `${status} ${errorType}`.trim()
}

function textOf(attributes: Attributes, name: string): string {
  const value = attributes[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(({ length }) => length))
}
