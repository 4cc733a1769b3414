import type { VNode } from 'preact'
import type { MetricSummary } from '../../tooling/plan/dev/api.ts'
import { toBreakable } from '../parts/breakable.tsx'
import { Empty } from '../parts/empty.tsx'
import { FilterBar, SearchFilter, SelectFilter, ServiceFilter } from '../parts/filter-bar.tsx'
import { MetricPlot } from '../parts/metric-plot.tsx'
import { Sparkline } from '../parts/sparkline.tsx'
import { ViewHead } from '../parts/view-head.tsx'
import { toPlural } from '../state/format.ts'
import { useQuery } from '../state/query.ts'
import { toHref, useRoute } from '../state/route.ts'

const WINDOWS = [
  ['', 'Last 15 minutes'],
  ['5', 'Last 5 minutes'],
  ['60', 'Last hour'],
] as const

/** All metrics, what moved last first, and one of them plotted. */
export function MetricsView({ name }: { readonly name: string | undefined }): VNode {
  const { query } = useRoute()
  const service = query.get('service') ?? undefined
  const words = (query.get('q') ?? '').toLowerCase()
  const { data } = useQuery<{ items: readonly MetricSummary[] }>(
    toHref('/api/metrics', { service }),
    ['metrics'],
  )
  const all = data?.items ?? []
  const items = all.filter((metric) =>
    `${metric.name} ${metric.help}`.toLowerCase().includes(words),
  )
  const shown = name ?? items[0]?.name
  return (
    <div class="fill">
      <ViewHead title="Metrics" note={data === undefined ? ' ' : toPlural(all.length, 'metric')} />
      <FilterBar>
        <SearchFilter label="Name of a metric" />
        <ServiceFilter />
        <SelectFilter name="minutes" label="Time" options={WINDOWS} />
      </FilterBar>
      {all.length > 0 ? (
        <div class="metrics">
          <MetricList items={items} shown={shown} service={service} />
          {shown === undefined ? (
            <Empty title="No metric has such a name" />
          ) : (
            <MetricPlot name={shown} key={shown} />
          )}
        </div>
      ) : data === undefined ? null : (
        <Empty title="No metrics yet" withHints>
          <p>
            The admin port of each service is read every two seconds; metrics of other processes
            come over OTLP.
          </p>
        </Empty>
      )}
    </div>
  )
}

function MetricList(props: {
  readonly items: readonly MetricSummary[]
  readonly shown: string | undefined
  readonly service: string | undefined
}): VNode {
  const { items, shown, service } = props
  return (
    <nav class="metric-list" aria-label="All metrics">
      <ul>
        {items.map(({ name, kind, seriesCount, sparkline }) => (
          <li key={name}>
            <a
              href={toHref(`/metrics/${encodeURIComponent(name)}`, { service })}
              aria-current={name === shown ? 'true' : undefined}
              title={name}
              data-row
            >
              <span class="metric-name">{toBreakable(name)}</span>
              <span class="metric-kind">
                {kind}, {seriesCount} series
              </span>
              <Sparkline values={sparkline} />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
