import type { VNode } from 'preact'
import type {
  ErrorGroup,
  ListAnswer,
  ServiceSummary,
  StateAnswer,
  TraceSummary,
} from '../../tooling/plan/dev/api.ts'
import { Empty, Snippet } from '../parts/empty.tsx'
import { ErrorList } from '../parts/error-list.tsx'
import { ServiceCard } from '../parts/service-card.tsx'
import { ServiceMap } from '../parts/service-map.tsx'
import { TraceTable } from '../parts/trace-table.tsx'
import { ViewHead } from '../parts/view-head.tsx'
import { toFigures, toPlural } from '../state/format.ts'
import { useQuery } from '../state/query.ts'

const SHOWN_ERRORS = 5
const SHOWN_TRACES = 8

/** What runs, what is wrong, and what happened last: the first thing one sees. */
export function OverviewView({ state }: { readonly state: StateAnswer | undefined }): VNode {
  const errors = useQuery<{ items: readonly ErrorGroup[] }>('/api/errors', ['errors'])
  const traces = useQuery<ListAnswer<TraceSummary>>(`/api/traces?limit=${SHOWN_TRACES}`, ['traces'])
  if (state === undefined) return <ViewHead title="Overview" />
  if (state.services.length === 0) return <Start />
  const groups = errors.data?.items ?? []
  return (
    <>
      <ViewHead title="Overview" note={toNote(state.services)} />
      <section class="cards" aria-label="Services">
        {state.services.map((service) => (
          <ServiceCard key={service.name} service={service} />
        ))}
      </section>
      <div class="columns">
        <section class="panel">
          <PanelHead title="Latest errors" href="/errors" count={groups.length} />
          {groups.length === 0 ? (
            <p class="calm">No errors so far.</p>
          ) : (
            <ErrorList groups={groups.slice(0, SHOWN_ERRORS)} nowMs={state.nowMs} />
          )}
        </section>
        <section class="panel">
          <PanelHead title="Who calls whom" />
          <ServiceMap edges={state.map} services={state.services} />
        </section>
      </div>
      <section class="panel">
        <PanelHead title="Latest traces" href="/traces" count={state.counts.traces} />
        {traces.data !== undefined && traces.data.items.length > 0 ? (
          <TraceTable traces={traces.data.items} />
        ) : (
          <p class="calm table-calm">No request has come yet.</p>
        )}
      </section>
    </>
  )
}

function PanelHead(props: {
  readonly title: string
  readonly href?: string
  readonly count?: number
}): VNode {
  const { title, href, count = 0 } = props
  return (
    <div class="panel-head">
      <h2>{title}</h2>
      {href !== undefined && count > 0 && (
        <a href={href}>
          All {count > 1 ? count.toLocaleString('en-US') : ''}
          <span class="hidden"> {title.toLowerCase()}</span>
        </a>
      )}
    </div>
  )
}

function toNote(services: readonly ServiceSummary[]): string {
  const rate = services.reduce((sum, service) => sum + service.rate, 0)
  return `${toPlural(services.length, 'service')}, ${toFigures(rate)} requests a second over the last minute`
}

function Start(): VNode {
  return (
    <>
      <ViewHead title="Overview" />
      <Empty title="Nothing runs here yet">
        <p>Start services from their folders; each gets its ports, and sends everything here:</p>
        <Snippet text="kube dev . ../users" />
        <p>Or let any process send, in any language, with an OpenTelemetry SDK:</p>
        <Snippet
          text={`OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`}
        />
        <p>Errors come from any Sentry SDK:</p>
        <Snippet text={`SENTRY_DSN=${location.origin.replace('://', '://servicex@')}/0`} />
      </Empty>
    </>
  )
}
