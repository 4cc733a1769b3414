import type { VNode } from 'preact'
import type { TraceSummary } from '../../tooling/plan/dev/api.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Empty } from '../parts/empty.tsx'
import {
  FilterBar,
  SearchFilter,
  SelectFilter,
  ServiceFilter,
  ToggleFilter,
} from '../parts/filter-bar.tsx'
import { TraceList } from '../parts/trace-table.tsx'
import { ViewHead } from '../parts/view-head.tsx'
import { toApiCurl } from '../state/api-curl.ts'
import { toPlural } from '../state/format.ts'
import { usePagedList } from '../state/paged.ts'
import { useRoute } from '../state/route.ts'

const SLOWER = ['10', '100', '1000'] as const

/** All traces that are kept, newest first. */
export function TracesView(): VNode {
  const { query } = useRoute()
  const filters = {
    service: query.get('service'),
    q: query.get('q'),
    status: query.get('status'),
    min: query.get('min'),
  }
  const { items, total, isLoading, loadMore } = usePagedList<TraceSummary>('/api/traces', filters, [
    'traces',
  ])
  // Within a page they are sorted; what came late may belong to the page before.
  const traces = items.toSorted((a, b) => b.startMs - a.startMs)
  const isFiltered = Object.values(filters).some(Boolean)
  return (
    <div class="fill">
      <ViewHead title="Traces" note={isLoading ? ' ' : toPlural(total, 'trace')}>
        <CopyButton text={toApiCurl('/api/traces', filters)} label="Copy as curl" />
      </ViewHead>
      <FilterBar>
        <SearchFilter label="Operation, attribute or trace id" />
        <ServiceFilter />
        <SelectFilter
          name="min"
          label="Slower than"
          options={[
            ['', 'Any duration'],
            ...SLOWER.map((ms) => [ms, `Slower than ${ms} ms`] as const),
          ]}
        />
        <ToggleFilter name="status" value="error" label="Failed" />
      </FilterBar>
      {items.length > 0 ? (
        <TraceList traces={traces} total={total} onEnd={loadMore} />
      ) : isLoading ? null : isFiltered ? (
        <Empty title="No trace fits these filters">
          <p>
            <a href="/traces">Remove all filters</a>
          </p>
        </Empty>
      ) : (
        <Empty title="No traces yet" withHints>
          <p>A trace appears here as soon as a service has answered a request.</p>
        </Empty>
      )}
    </div>
  )
}
