import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ExemplarRecord } from '../../tooling/plan/dev/record.ts'
import { toClock, toUnit } from '../state/format.ts'
import { toHref } from '../state/route.ts'

/** One line of a chart. */
export interface ChartLine {
  readonly label: string
  /** Which of the colours it has. */
  readonly colour: number
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
  /** Each value is of the time since the one before. */
  readonly isStepped?: boolean
}

/** What a chart shows. */
export interface ChartProps {
  readonly title: string
  readonly lines: readonly ChartLine[]
  readonly unit: string
  readonly fromMs: number
  readonly toMs: number
  /** Requests that stand for others; each leads to its trace. */
  readonly exemplars?: readonly ExemplarRecord[]
  /** A moment, and a trace, that the person came from. */
  readonly markMs?: number | undefined
  readonly markTraceId?: string | undefined
}

const HEIGHT = 190
const MARGIN = { top: 10, right: 14, bottom: 24, left: 62 }
const X_TICKS = 5
/** How far from the right edge words still have room. */
const WORDS_PX = 130

/** From times and values to places on the chart. */
interface Scale {
  readonly width: number
  readonly x: (timeMs: number) => number
  readonly y: (value: number) => number
  readonly top: number
}

/** Lines against time, with the requests that stand for others as points that lead to their traces. */
export function Chart(props: ChartProps): VNode {
  const { title, lines, unit, fromMs, toMs, exemplars = [], markMs, markTraceId } = props
  const ref = useRef<HTMLElement>(null)
  const [cursor, setCursor] = useState<number | undefined>(undefined)
  const scale = toScale(props, useWidth(ref))
  const isIn = (timeMs: number): boolean => timeMs >= fromMs && timeMs <= toMs
  const onMove = (event: PointerEvent): void => {
    const left = (ref.current?.getBoundingClientRect().left ?? 0) + MARGIN.left
    const part = (event.clientX - left) / (scale.x(toMs) - scale.x(fromMs))
    const timeMs = fromMs + part * (toMs - fromMs)
    setCursor(isIn(timeMs) ? timeMs : undefined)
  }
  return (
    <figure
      class="chart"
      ref={ref}
      onPointerMove={onMove}
      onPointerLeave={() => setCursor(undefined)}
    >
      <figcaption>{title}</figcaption>
      <svg
        width={scale.width}
        height={HEIGHT}
        role="group"
        aria-label={`${title}, ${lines.length} series`}
      >
        <Grid scale={scale} unit={unit} />
        <TimeAxis scale={scale} fromMs={fromMs} toMs={toMs} />
        {markMs !== undefined && isIn(markMs) && <Mark scale={scale} timeMs={markMs} />}
        {lines.map((line) => (
          <path key={line.label} class={`line series-${line.colour % 8}`} d={toPath(line, scale)} />
        ))}
        {cursor !== undefined && <Upright className="cursor" at={scale.x(cursor)} />}
        {exemplars
          .filter(({ timeMs }) => isIn(timeMs))
          .map((exemplar) => (
            <Exemplar
              key={`${exemplar.traceId}${exemplar.value}`}
              exemplar={exemplar}
              scale={scale}
              unit={unit}
              isMarked={exemplar.traceId === markTraceId}
            />
          ))}
      </svg>
      {cursor !== undefined && (
        <Reading
          lines={lines}
          unit={unit}
          atMs={cursor}
          isRight={scale.x(cursor) < scale.width / 2}
        />
      )}
    </figure>
  )
}

function toScale({ lines, exemplars = [], fromMs, toMs }: ChartProps, width: number): Scale {
  const values = lines.flatMap((line) => line.values.map((value) => value ?? 0))
  const top = toNice(Math.max(0, ...values, ...exemplars.map(({ value }) => value)))
  const inner = Math.max(10, width - MARGIN.left - MARGIN.right)
  return {
    width,
    top,
    x: (timeMs) => MARGIN.left + ((timeMs - fromMs) / (toMs - fromMs)) * inner,
    y: (value) => MARGIN.top + (1 - value / top) * (HEIGHT - MARGIN.top - MARGIN.bottom),
  }
}

function Upright({ className, at }: { readonly className?: string; readonly at: number }): VNode {
  return <line class={className} x1={at} x2={at} y1={MARGIN.top} y2={HEIGHT - MARGIN.bottom} />
}

function Mark({ scale, timeMs }: { readonly scale: Scale; readonly timeMs: number }): VNode {
  const at = scale.x(timeMs)
  const isLeft = at > scale.width - WORDS_PX
  return (
    <g class="mark">
      <Upright at={at} />
      <text x={at} y={MARGIN.top + 8} dx={isLeft ? -6 : 6} text-anchor={isLeft ? 'end' : 'start'}>
        this request
      </text>
    </g>
  )
}

function Exemplar(props: {
  readonly exemplar: ExemplarRecord
  readonly scale: Scale
  readonly unit: string
  readonly isMarked: boolean
}): VNode {
  const { exemplar, scale, unit, isMarked } = props
  const { traceId, spanId, value, timeMs } = exemplar
  const words = `a request of ${toUnit(value, unit)} at ${toClock(timeMs)}: open its trace`
  return (
    <a
      class={isMarked ? 'exemplar marked' : 'exemplar'}
      href={toHref(`/traces/${traceId}`, { span: spanId })}
      aria-label={words}
    >
      <circle cx={scale.x(timeMs)} cy={scale.y(value)} r={isMarked ? 6 : 4.5}>
        <title>{words}</title>
      </circle>
    </a>
  )
}

function Grid({ scale, unit }: { readonly scale: Scale; readonly unit: string }): VNode {
  const { top, width, y } = scale
  return (
    <g class="grid">
      {[0, 0.25, 0.5, 0.75, 1].map((part) => (
        <g key={part}>
          <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(top * part)} y2={y(top * part)} />
          {part % 0.5 === 0 && (
            <text x={MARGIN.left - 8} y={y(top * part)} dy="0.32em" text-anchor="end">
              {toUnit(top * part, unit)}
            </text>
          )}
        </g>
      ))}
    </g>
  )
}

function TimeAxis(props: {
  readonly scale: Scale
  readonly fromMs: number
  readonly toMs: number
}): VNode {
  const { scale, fromMs, toMs } = props
  return (
    <g class="grid">
      {Array.from({ length: X_TICKS }, (_, index) => {
        const timeMs = fromMs + ((toMs - fromMs) * index) / (X_TICKS - 1)
        const anchor = index === 0 ? 'start' : index === X_TICKS - 1 ? 'end' : 'middle'
        return (
          <text key={index} x={scale.x(timeMs)} y={HEIGHT - 6} text-anchor={anchor}>
            {toClock(timeMs).slice(0, 8)}
          </text>
        )
      })}
    </g>
  )
}

function Reading(props: {
  readonly lines: readonly ChartLine[]
  readonly unit: string
  readonly atMs: number
  readonly isRight: boolean
}): VNode {
  const { lines, unit, atMs, isRight } = props
  const shown = lines
    .map((line) => ({ line, value: valueAt(line, atMs) }))
    .filter((each): each is { line: ChartLine; value: number } => each.value !== undefined)
    .toSorted((a, b) => b.value - a.value)
    .slice(0, 8)
  return (
    <div class={isRight ? 'reading reading-right' : 'reading'} aria-hidden="true">
      <b>{toClock(atMs).slice(0, 8)}</b>
      {shown.map(({ line, value }) => (
        <span key={line.label}>
          <i class={`swatch series-${line.colour % 8}`} />
          <span class="clip">{line.label}</span>
          <b>{toUnit(value, unit)}</b>
        </span>
      ))}
    </div>
  )
}

function valueAt({ times, values }: ChartLine, atMs: number): number | undefined {
  const index = times.findLastIndex((time) => time <= atMs)
  return values[index] ?? undefined
}

/** A value is of the time since the one before it: it is drawn as a step, and what is not known as a gap. */
function toPath({ times, values, isStepped = false }: ChartLine, { x, y }: Scale): string {
  let isDrawing = false
  return times
    .map((time, index) => {
      const value = values[index] ?? null
      const before = isDrawing
      isDrawing = value !== null
      if (value === null) return ''
      const height = y(value).toFixed(1)
      if (!isStepped) return `${before ? 'L' : 'M'}${x(time).toFixed(1)} ${height}`
      const start = x(times[index - 1] ?? time).toFixed(1)
      return `${before ? `V${height}` : `M${start} ${height}`}H${x(time).toFixed(1)}`
    })
    .join('')
}

/** Gives the next number that reads well on an axis. */
function toNice(value: number): number {
  if (value <= 0) return 1
  const unit = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 5, 8, 10].find((step) => step * unit >= value) ?? 10) * unit
}

function useWidth(ref: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(640)
  useEffect(() => {
    const box = ref.current
    if (box === null) return undefined
    const observer = new ResizeObserver(() => setWidth(box.clientWidth))
    observer.observe(box)
    return () => observer.disconnect()
  }, [])
  return width
}
