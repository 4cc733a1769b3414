import type { VNode } from 'preact'
import type { TraceSummary } from '../../tooling/plan/dev/api.ts'
import { toClock, toDuration, toPlural } from '../state/format.ts'
import { toHue } from '../state/services.ts'
import { ServiceName } from './service-name.tsx'
import { Status } from './status.tsx'
import { TableHead, VirtualList } from './virtual-list.tsx'

const COLUMNS = ['Time', 'Operation', 'Outcome', 'Duration', 'Spans', 'Lines']
const ROW_PX = 36

/** A few traces. */
export function TraceTable({ traces }: { readonly traces: readonly TraceSummary[] }): VNode {
  const slowest = Math.max(...traces.map(({ durationMs }) => durationMs))
  return (
    <div class="table traces traces-few" role="table" aria-label="Traces">
      <TableHead columns={COLUMNS} />
      <div role="rowgroup">
        {traces.map((trace) => (
          <div key={trace.seq} class="row" role="row" style={{ height: `${ROW_PX}px` }}>
            <TraceCells trace={trace} slowest={slowest} />
          </div>
        ))}
      </div>
    </div>
  )
}

/** Any number of traces. */
export function TraceList(props: {
  readonly traces: readonly TraceSummary[]
  readonly total: number
  readonly onEnd: (() => void) | undefined
}): VNode {
  const { traces, total, onEnd } = props
  const slowest = Math.max(...traces.slice(0, 100).map(({ durationMs }) => durationMs))
  return (
    <VirtualList
      items={traces}
      total={total}
      rowPx={ROW_PX}
      label="Traces"
      className="traces"
      head={<TableHead columns={COLUMNS} />}
      keyOf={({ seq }) => seq}
      render={(trace) => <TraceCells trace={trace} slowest={slowest} />}
      onEnd={onEnd}
    />
  )
}

function TraceCells(props: { readonly trace: TraceSummary; readonly slowest: number }): VNode {
  const { trace, slowest } = props
  const { services, durationMs } = trace
  return (
    <>
      <span role="cell" class="time">
        {toClock(trace.startMs)}
      </span>
      <span role="cell" class="operation">
        <ServiceName name={trace.service} />
        <a href={`/traces/${trace.traceId}`} data-row class="clip" title={trace.title}>
          {trace.title === '' ? trace.traceId : trace.title}
        </a>
      </span>
      <span role="cell">
        <Status status={trace.status} isError={trace.errorCount > 0} />
      </span>
      <span role="cell" class="duration">
        <span class="length" aria-hidden="true">
          <i style={{ width: `${Math.max(1.5, (durationMs / (slowest || 1)) * 100)}%` }} />
        </span>
        {toDuration(durationMs)}
      </span>
      <span
        role="cell"
        class="spans"
        title={services.map(([name, count]) => `${name}: ${toPlural(count, 'span')}`).join('\n')}
      >
        {services.slice(0, 5).map(([name]) => (
          <i key={name} class={`dot ${toHue(name)}`} aria-hidden="true" />
        ))}
        {trace.spanCount}
      </span>
      <span role="cell" class="lines">
        {trace.logCount === 0 ? '' : trace.logCount}
      </span>
    </>
  )
}
