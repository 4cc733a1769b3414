import type { VNode } from 'preact'
import type { ErrorGroup } from '../../tooling/plan/dev/api.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Empty } from '../parts/empty.tsx'
import { ErrorList } from '../parts/error-list.tsx'
import { FilterBar, SearchFilter, ServiceFilter } from '../parts/filter-bar.tsx'
import { ViewHead } from '../parts/view-head.tsx'
import { useCell } from '../state/cell.ts'
import { toApiCurl } from '../state/api-curl.ts'
import { toPlural } from '../state/format.ts'
import { useQuery } from '../state/query.ts'
import { toHref, useRoute } from '../state/route.ts'
import { session } from '../state/services.ts'

/** All errors that are kept, by what they are, the one that happened last first. */
export function ErrorsView(): VNode {
  const { query } = useRoute()
  const nowMs = useCell(session)?.nowMs ?? Date.now()
  const filters = { service: query.get('service'), q: query.get('q') }
  const path = toHref('/api/errors', {
    service: filters.service ?? undefined,
    q: filters.q ?? undefined,
  })
  const { data } = useQuery<{ items: readonly ErrorGroup[] }>(path, ['errors'])
  const items = data?.items ?? []
  const count = items.reduce((sum, group) => sum + group.count, 0)
  return (
    <>
      <ViewHead
        title="Errors"
        note={
          data === undefined
            ? ' '
            : `${toPlural(count, 'error')} of ${toPlural(items.length, 'kind')}`
        }
      >
        <CopyButton text={toApiCurl('/api/errors', filters)} label="Copy as curl" />
      </ViewHead>
      <FilterBar>
        <SearchFilter label="Type, message or place" />
        <ServiceFilter />
      </FilterBar>
      {items.length > 0 ? (
        <section class="panel">
          <ErrorList groups={items} nowMs={nowMs} />
        </section>
      ) : data === undefined ? null : filters.service !== null || filters.q !== null ? (
        <Empty title="No error fits these filters">
          <p>
            <a href="/errors">Remove all filters</a>
          </p>
        </Empty>
      ) : (
        <Empty title="No errors">
          <p>
            Errors come from Sentry SDKs, from exceptions on spans and from lines with an error. One
            that several of them tell of is shown once.
          </p>
        </Empty>
      )}
    </>
  )
}
