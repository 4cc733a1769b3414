import type { VNode } from 'preact'
import type { TraceAnswer, TraceRow } from '../../tooling/plan/dev/api.ts'
import { toDuration } from '../state/format.ts'
import { toHref } from '../state/route.ts'
import { CopyButton } from './copy-button.tsx'
import { FieldTable } from './field-table.tsx'
import { Icon } from './icon.tsx'
import { toMetricHref } from './metric-links.tsx'

/** All that is known of one span, and where else it is counted. */
export function SpanDetails({
  row,
  trace,
}: {
  readonly row: TraceRow
  readonly trace: TraceAnswer
}): VNode {
  const { detail } = row
  return (
    <div class="details">
      <div class="details-links">
        {row.metrics.map((metric) => (
          <a key={metric.name} class="button" href={toMetricHref(metric, row)}>
            <Icon name="metrics" />
            {metric.name}
          </a>
        ))}
        {row.logs.length > 0 && (
          <a class="button" href={toHref('/logs', { trace: trace.traceId, span: row.spanId })}>
            <Icon name="logs" />
            Its lines
          </a>
        )}
        {row.curl !== undefined && <CopyButton text={row.curl} label="Copy as curl" />}
      </div>
      <div class="details-columns">
        <section>
          <h3>Attributes</h3>
          <FieldTable fields={detail.attributes} />
        </section>
        <section>
          <h3>Span</h3>
          <FieldTable
            fields={{
              name: row.name,
              kind: row.kind,
              starts: `+${toDuration(row.startMs - trace.startMs)}`,
              lasts: toDuration(row.durationMs),
              ...(detail.statusMessage === undefined ? {} : { status: detail.statusMessage }),
              span_id: row.spanId,
              ...(row.parentSpanId === undefined
                ? {}
                : { parent: row.isOrphan ? `${row.parentSpanId} (not here)` : row.parentSpanId }),
              scope: detail.scope,
            }}
          />
          <Events row={row} trace={trace} />
          <Links row={row} />
        </section>
        <section>
          <h3>Resource</h3>
          <FieldTable fields={detail.resource} />
        </section>
      </div>
    </div>
  )
}

function Events({
  row,
  trace,
}: {
  readonly row: TraceRow
  readonly trace: TraceAnswer
}): VNode | null {
  const events = row.detail.events.filter(({ name }) => name !== 'exception')
  if (events.length === 0) return null
  return (
    <>
      <h3>Events</h3>
      {events.map(({ name, timeMs, attributes }) => (
        <div key={`${timeMs}${name}`}>
          <p>
            +{toDuration(timeMs - trace.startMs)} {name}
          </p>
          <FieldTable fields={attributes} />
        </div>
      ))}
    </>
  )
}

function Links({ row }: { readonly row: TraceRow }): VNode | null {
  const { links } = row.detail
  if (links.length === 0) return null
  return (
    <>
      <h3>Links</h3>
      {links.map(({ traceId, spanId }) => (
        <p key={spanId}>
          <a href={toHref(`/traces/${traceId}`, { span: spanId })}>
            <code>{traceId.slice(0, 16)}…</code>
          </a>
        </p>
      ))}
    </>
  )
}
