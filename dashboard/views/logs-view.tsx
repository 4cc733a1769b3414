import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import type { LogItem } from '../../tooling/plan/dev/api.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Empty } from '../parts/empty.tsx'
import { FieldTable } from '../parts/field-table.tsx'
import {
  ChipFilter,
  FilterBar,
  SearchFilter,
  SelectFilter,
  ServiceFilter,
} from '../parts/filter-bar.tsx'
import { Icon } from '../parts/icon.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { ViewHead } from '../parts/view-head.tsx'
import { TableHead, VirtualList } from '../parts/virtual-list.tsx'
import { toApiCurl } from '../state/api-curl.ts'
import { toClock, toPlural } from '../state/format.ts'
import { usePagedList } from '../state/paged.ts'
import { setFilters, toHref, useRoute } from '../state/route.ts'

const ROW_PX = 28
const SEVERITIES = [
  ['', 'All severities'],
  ['info', 'info and above'],
  ['warn', 'warn and above'],
  ['error', 'error and above'],
] as const

/** All lines that are kept, newest first; one of them in full. */
export function LogsView(): VNode {
  const { query } = useRoute()
  const filters = {
    service: query.get('service'),
    severity: query.get('severity'),
    trace: query.get('trace'),
    span: query.get('span'),
    q: query.get('q'),
  }
  const { items, total, isLoading, loadMore } = usePagedList<LogItem>('/api/logs', filters, [
    'logs',
  ])
  const chosen = Number(query.get('line') ?? Number.NaN)
  const line = items.find(({ seq }) => seq === chosen)
  return (
    <div class="fill">
      <ViewHead title="Logs" note={isLoading ? ' ' : toPlural(total, 'line')}>
        <CopyButton text={toApiCurl('/api/logs', filters)} label="Copy as curl" />
      </ViewHead>
      <FilterBar>
        <SearchFilter label="Words in a line or its fields" />
        <ServiceFilter />
        <SelectFilter name="severity" label="Severity" options={SEVERITIES} />
        <ChipFilter name="trace" label="trace" />
        <ChipFilter name="span" label="span" />
      </FilterBar>
      {items.length > 0 ? (
        <div class={line === undefined ? 'split' : 'split split-open'}>
          <VirtualList
            items={items}
            total={total}
            rowPx={ROW_PX}
            label="Lines"
            className="logs"
            head={<TableHead columns={['Time', 'Severity', 'Service', 'Message', 'Trace']} />}
            keyOf={({ seq }) => seq}
            render={(item) => <Cells line={item} isChosen={item.seq === chosen} />}
            onEnd={loadMore}
          />
          {line !== undefined && <LinePanel line={line} />}
        </div>
      ) : isLoading ? null : Object.values(filters).some(Boolean) ? (
        <Empty title="No line fits these filters">
          <p>
            <a href="/logs">Remove all filters</a>
          </p>
        </Empty>
      ) : (
        <Empty title="No lines yet" withHints>
          <p>
            What a service prints appears here, line by line, and what any process sends as OTLP
            logs.
          </p>
        </Empty>
      )}
    </div>
  )
}

function Cells({ line, isChosen }: { readonly line: LogItem; readonly isChosen: boolean }): VNode {
  return (
    <>
      <span role="cell" class="time">
        {toClock(line.timeMs)}
      </span>
      <span role="cell" class={`severity severity-${line.severity}`}>
        {line.severity}
      </span>
      <span role="cell">
        <ServiceName name={line.service} />
      </span>
      <span role="cell" class="message">
        <button
          type="button"
          class={`line line-${line.severity}`}
          aria-pressed={isChosen}
          data-row
          title={line.message}
          onClick={() => setFilters({ line: isChosen ? undefined : String(line.seq) })}
        >
          {line.message === '' ? JSON.stringify(line.fields) : line.message}
        </button>
      </span>
      <span role="cell" class="trace-link">
        {line.traceId !== undefined && (
          <a href={toHref(`/traces/${line.traceId}`, { span: line.spanId })}>
            <code>{line.traceId.slice(0, 8)}</code>
          </a>
        )}
      </span>
    </>
  )
}

function LinePanel({ line }: { readonly line: LogItem }): VNode {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setFilters({ line: undefined })
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  const { seq: _seq, fields, ...shared } = line
  return (
    <aside class="side" aria-label="One line">
      <div class="side-head">
        <span class={`severity severity-${line.severity}`}>{line.severity}</span>
        <span class="muted">{toClock(line.timeMs)}</span>
        <CopyButton
          text={JSON.stringify({ ...shared, ...fields }, null, 2)}
          label="Copy as JSON"
          isBare
        />
        <button
          type="button"
          class="quiet square"
          aria-label="Close"
          onClick={() => setFilters({ line: undefined })}
        >
          <Icon name="close" />
        </button>
      </div>
      <p class="side-message">{line.message}</p>
      {line.traceId !== undefined && (
        <p>
          <a class="button" href={toHref(`/traces/${line.traceId}`, { span: line.spanId })}>
            <Icon name="traces" />
            See its trace
          </a>
        </p>
      )}
      <FieldTable fields={{ service: line.service, from: line.source, ...fields }} />
    </aside>
  )
}
