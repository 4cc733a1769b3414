import type { VNode } from 'preact'
import type { TraceAnswer, TraceRow } from '../../tooling/plan/dev/api.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Empty } from '../parts/empty.tsx'
import { Icon } from '../parts/icon.tsx'
import { MetricLinks } from '../parts/metric-links.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { Status } from '../parts/status.tsx'
import { ViewHead } from '../parts/view-head.tsx'
import { Waterfall } from '../parts/waterfall.tsx'
import { toClock, toDuration, toPlural } from '../state/format.ts'
import { useQuery } from '../state/query.ts'
import { toHref } from '../state/route.ts'

/** One trace: every span of every service in its place, with what was said and what failed during it. */
export function TraceView({ id }: { readonly id: string }): VNode {
  const { data, problem } = useQuery<TraceAnswer>(`/api/traces/${encodeURIComponent(id)}`, [
    'traces',
    'logs',
    'errors',
    'metrics',
  ])
  const back = { href: '/traces', label: 'Traces' }
  if (problem !== undefined)
    return (
      <>
        <ViewHead title="Trace" back={back} />
        <Empty title="This trace is not here">
          <p>
            It may have been let go to keep to the limits, or its service is not sampled. The id is{' '}
            <code>{id}</code>.
          </p>
        </Empty>
      </>
    )
  if (data === undefined) return <ViewHead title="Trace" back={back} note=" " />
  const [root] = data.rows
  const curl = data.rows.find((row) => row.curl !== undefined)?.curl
  return (
    <>
      <ViewHead
        title={root?.title ?? 'Trace'}
        back={back}
        badge={<Status status={root?.status} isError={data.rows.some(({ isError }) => isError)} />}
        note={<Note trace={data} />}
      >
        {curl !== undefined && <CopyButton text={curl} label="Copy as curl" />}
        <a class="button" href={toHref('/logs', { trace: data.traceId })}>
          <Icon name="logs" />
          Its lines
        </a>
      </ViewHead>
      {data.rows.length === 0 ? (
        <Empty title="Its spans are not here">
          <p>
            Only lines and errors name this trace: its spans have not arrived, or were not sampled.
          </p>
        </Empty>
      ) : null}
      <Waterfall trace={data} />
      <MetricLinks rows={data.rows} />
    </>
  )
}

function Note({ trace }: { readonly trace: TraceAnswer }): VNode {
  const services = [...new Set(trace.rows.map(({ service }: TraceRow) => service))]
  return (
    <span class="facts">
      <span>{toClock(trace.startMs)}</span>
      <span>
        <b>{toDuration(trace.durationMs)}</b>
      </span>
      <span>{toPlural(trace.rows.length + trace.droppedSpans, 'span')}</span>
      <span class="legend">
        {services.map((service) => (
          <ServiceName key={service} name={service} />
        ))}
      </span>
      <span class="id">
        <code>{trace.traceId}</code>
        <CopyButton text={trace.traceId} label="Copy the trace id" isBare />
      </span>
    </span>
  )
}
