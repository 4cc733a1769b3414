import type { VNode } from 'preact'
import type { MetricLink, TraceRow } from '../../tooling/plan/dev/api.ts'
import { toHref } from '../state/route.ts'
import { Icon } from './icon.tsx'
import { ServiceName } from './service-name.tsx'

const MAX_LINKS = 12

/** Gives the address of a metric, at the time of the span, with only the series that counted it. */
export function toMetricHref({ name, service, labels }: MetricLink, row: TraceRow): string {
  const filters = Object.entries(labels).map(([label, value]) => [`label.${label}`, value] as const)
  return toHref(`/metrics/${encodeURIComponent(name)}`, {
    service,
    ...Object.fromEntries(filters),
    at: String(Math.round(row.startMs + row.durationMs)),
    trace: row.traceId,
  })
}

/** The metrics that counted the spans of a trace; each opens at the time of its span. */
export function MetricLinks({ rows }: { readonly rows: readonly TraceRow[] }): VNode | null {
  const links = rows.flatMap((row) => row.metrics.map((metric) => ({ row, metric })))
  if (links.length === 0) return null
  return (
    <section class="panel counted">
      <h2>Counted by</h2>
      <ul>
        {links.slice(0, MAX_LINKS).map(({ row, metric }) => (
          <li key={`${row.spanId} ${metric.name}`}>
            <a href={toMetricHref(metric, row)} data-row>
              <Icon name="metrics" />
              <ServiceName name={metric.service} />
              <b>{metric.name}</b>
              <span class="labels">
                {[...new Set(Object.values(metric.labels))].filter(Boolean).join('  ')}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
