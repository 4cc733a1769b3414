import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { ErrorItem, LogItem, TraceAnswer, TraceRow } from '../../tooling/plan/dev/api.ts'
import { toDuration } from '../state/format.ts'
import { useRoute } from '../state/route.ts'
import { toHue } from '../state/services.ts'
import { Icon } from './icon.tsx'
import { SpanDetails } from './span-details.tsx'
import { Status } from './status.tsx'

const TICKS = [0, 0.25, 0.5, 0.75, 1]
const MAX_INDENT = 12

type Said =
  | { readonly kind: 'log'; readonly timeMs: number; readonly log: LogItem }
  | { readonly kind: 'error'; readonly timeMs: number; readonly error: ErrorItem }

/** The spans of a trace against time; below each, what was said and what failed during it. */
export function Waterfall({ trace }: { readonly trace: TraceAnswer }): VNode {
  const wanted = useRoute().query.get('span')
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    if (wanted === null) return
    document.querySelector(`#span-${CSS.escape(wanted)}`)?.scrollIntoView({ block: 'nearest' })
  }, [wanted, trace.traceId])
  const toggle = (spanId: string): void => {
    const next = new Set(open)
    if (!next.delete(spanId)) next.add(spanId)
    setOpen(next)
  }
  const rest = toSaid(trace.logs, trace.errors)
  return (
    <section class="waterfall" aria-label="Spans">
      <h2 class="hidden">Spans</h2>
      <Axis trace={trace} />
      <ol>
        {trace.rows.map((row) => (
          <li
            key={row.spanId}
            id={`span-${row.spanId}`}
            class={row.spanId === wanted ? `${toHue(row.service)} wanted` : toHue(row.service)}
          >
            <Span
              row={row}
              trace={trace}
              isOpen={open.has(row.spanId)}
              onToggle={() => toggle(row.spanId)}
            />
            {toSaid(row.logs, row.errors).map((said) => (
              <SaidRow key={keyOf(said)} said={said} depth={row.depth + 1} trace={trace} />
            ))}
            {open.has(row.spanId) && <SpanDetails row={row} trace={trace} />}
          </li>
        ))}
        {rest.length > 0 && (
          <li>
            <p class="rest">Of spans that are not here</p>
            {rest.map((said) => (
              <SaidRow key={keyOf(said)} said={said} depth={0} trace={trace} />
            ))}
          </li>
        )}
      </ol>
    </section>
  )
}

function Axis({ trace }: { readonly trace: TraceAnswer }): VNode {
  return (
    <div class="axis" aria-hidden="true">
      <span />
      <span class="ticks">
        {TICKS.map((part) => (
          <i key={part} style={{ left: `${part * 100}%` }}>
            {toDuration(trace.durationMs * part)}
          </i>
        ))}
      </span>
    </div>
  )
}

function Span(props: {
  readonly row: TraceRow
  readonly trace: TraceAnswer
  readonly isOpen: boolean
  readonly onToggle: () => void
}): VNode {
  const { row, trace, isOpen, onToggle } = props
  const left = toPart(row.startMs, trace)
  const width = Math.max(0.4, (row.durationMs / (trace.durationMs || 1)) * 100)
  const place = placeWords(left, Math.min(width, 100 - left))
  return (
    <button
      type="button"
      class={row.isError ? 'span failed' : 'span'}
      aria-expanded={isOpen}
      onClick={onToggle}
      data-row
    >
      <span class="span-name" style={{ paddingLeft: `${Math.min(row.depth, MAX_INDENT) * 16}px` }}>
        <Icon name={isOpen ? 'down' : 'next'} />
        <i class="dot" aria-hidden="true" />
        <span class="span-service">{row.service}</span>
        <span class="clip" title={row.title}>
          {row.title}
        </span>
        <Status status={row.status} isError={row.isError} />
      </span>
      <span class="lane">
        <i class="bar" style={{ left: `${left}%`, width: `${Math.min(width, 100 - left)}%` }} />
        <span class={`bar-words ${place.kind}`} style={place.style}>
          {toDuration(row.durationMs)}
        </span>
      </span>
    </button>
  )
}

function SaidRow(props: {
  readonly said: Said
  readonly depth: number
  readonly trace: TraceAnswer
}): VNode {
  const { said, depth, trace } = props
  const isError = said.kind === 'error'
  const tone = isError ? 'error' : said.log.severity
  return (
    <a
      class={`said said-${tone}`}
      href={
        isError
          ? `/errors/${said.error.group}`
          : `/logs?trace=${trace.traceId}&line=${said.log.seq}`
      }
      data-row
    >
      <span
        class="said-words"
        style={{ paddingLeft: `${Math.min(depth, MAX_INDENT) * 16 + 16}px` }}
      >
        {isError ? <Icon name="errors" /> : <span class="severity">{said.log.severity}</span>}
        <span class="clip" title={isError ? said.error.message : said.log.message}>
          {isError ? (
            <>
              <b>{said.error.type}</b> {said.error.message}
            </>
          ) : (
            said.log.message
          )}
        </span>
      </span>
      <span class="lane" aria-hidden="true">
        <i class="tick" style={{ left: `${clamp(toPart(said.timeMs, trace))}%` }} />
        <span class="tick-words" style={tickPlace(toPart(said.timeMs, trace))}>
          {toOffset(said.timeMs - trace.startMs)}
        </span>
      </span>
    </a>
  )
}

/** Words stand behind their bar, before it when there is no room, and in it when there is none on either side. */
function placeWords(
  left: number,
  width: number,
): { readonly kind: string; readonly style: Readonly<Record<string, string>> } {
  if (left + width <= 82) return { kind: '', style: { left: `${left + width}%` } }
  if (left >= 18) return { kind: '', style: { right: `${100 - left}%` } }
  return { kind: 'inside', style: { right: `${100 - left - width}%` } }
}

function tickPlace(part: number): Readonly<Record<string, string>> {
  const at = clamp(part)
  return at > 82 ? { right: `${100 - at}%` } : { left: `${at}%` }
}

function toOffset(ms: number): string {
  return ms < 0 ? `−${toDuration(-ms)}` : `+${toDuration(ms)}`
}

function toPart(timeMs: number, { startMs, durationMs }: TraceAnswer): number {
  return ((timeMs - startMs) / (durationMs || 1)) * 100
}

function clamp(part: number): number {
  return Math.min(100, Math.max(0, part))
}

function toSaid(logs: readonly LogItem[], errors: readonly ErrorItem[]): Said[] {
  const lines = logs.map((log): Said => ({ kind: 'log', timeMs: log.timeMs, log }))
  const failures = errors.map((error): Said => ({ kind: 'error', timeMs: error.timeMs, error }))
  return [...lines, ...failures].toSorted((a, b) => a.timeMs - b.timeMs)
}

function keyOf(said: Said): string {
  return said.kind === 'log' ? `l${said.log.seq}` : `e${said.error.seq}`
}
