import type { ListAnswer, TraceAnswer, TraceRow, TraceSummary } from '../../plan/dev/api.ts'
import { toPlainLine } from '../plain-text.ts'
import { toClock } from './log-text.ts'
import type { Style } from './style.ts'

const BAR_CELLS = 30
const MAX_NAME = 48

/** Spells a trace as a tree: each span with its bar, and below it what was said during it. */
export function toTraceText(trace: TraceAnswer, style: Style): string {
  const names = trace.rows.map((row) => '  '.repeat(row.depth) + clip(row.title, MAX_NAME))
  const services = trace.rows.map(({ service }) => service)
  const [nameWidth, serviceWidth] = [widest(names), widest(services)]
  const indent = ' '.repeat(serviceWidth + 2)
  const rows = trace.rows.flatMap((row, index) => [
    [
      style('cyan', row.service.padEnd(serviceWidth)),
      (names[index] ?? '').padEnd(nameWidth),
      toBar(row, trace),
      toDuration(row.durationMs).padStart(8),
      style(row.isError ? 'red' : 'dim', row.status ?? ''),
    ]
      .join('  ')
      .trimEnd(),
    ...toSaid(row, style).map((line) => `${indent}${'  '.repeat(row.depth + 1)}${line}`),
  ])
  const head = `trace ${trace.traceId}  ${toClock(trace.startMs)}  ${toDuration(trace.durationMs)}`
  return [style('bold', head), ...rows, ...toRest(trace, style), ''].join('\n')
}

/** Spells a list of traces, newest first. */
export function toTraceListText({ items, total }: ListAnswer<TraceSummary>, style: Style): string {
  if (items.length === 0) return 'no traces fit\n'
  const width = widest(items.map(({ service }) => service))
  const rows = items.map((trace) => {
    const outcome =
      trace.errorCount > 0 ? style('red', trace.status ?? 'error') : (trace.status ?? '')
    return [
      style('dim', toClock(trace.startMs)),
      style('cyan', trace.service.padEnd(width)),
      toDuration(trace.durationMs).padStart(8),
      style('dim', trace.traceId),
      `${clip(trace.title, MAX_NAME)}  ${outcome}`,
    ].join('  ')
  })
  return `${rows.join('\n')}\n${toShown(items.length, total, 'traces')}`
}

/** Says how many of a list are shown, when it is not all. */
export function toShown(shown: number, total: number, noun: string): string {
  return shown === total ? '' : `${shown} of ${total} ${noun}; --limit shows more\n`
}

/** Gives a duration as a person reads it. */
function toDuration(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms >= 1_000) return `${(ms / 1000).toFixed(2)} s`
  return ms >= 1 ? `${ms.toFixed(1)} ms` : `${(ms * 1000).toFixed(0)} µs`
}

function toSaid(row: TraceRow, style: Style): string[] {
  return [
    ...row.logs.map(({ severity, message, timeMs }) =>
      style('dim', `· ${toClock(timeMs)} ${severity} ${clip(message, 100)}`),
    ),
    ...row.errors.map(({ type, message }) => style('red', `✕ ${clip(`${type}: ${message}`, 110)}`)),
  ]
}

function toRest({ logs, errors }: TraceAnswer, style: Style): string[] {
  const rest = logs.length + errors.length
  return rest === 0 ? [] : [style('dim', `and ${rest} lines or errors of spans that are not here`)]
}

function toBar(row: TraceRow, { startMs, durationMs }: TraceAnswer): string {
  const scale = durationMs === 0 ? 0 : BAR_CELLS / durationMs
  const from = Math.min(BAR_CELLS - 1, Math.max(0, Math.floor((row.startMs - startMs) * scale)))
  const length = Math.max(1, Math.round(row.durationMs * scale))
  const to = Math.min(BAR_CELLS, from + length)
  return '·'.repeat(from) + '█'.repeat(to - from) + '·'.repeat(BAR_CELLS - to)
}

function clip(text: string, width: number): string {
  const plain = toPlainLine(text)
  return plain.length <= width ? plain : `${plain.slice(0, width - 1)}…`
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length))
}
