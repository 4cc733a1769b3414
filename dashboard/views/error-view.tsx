import type { VNode } from 'preact'
import type { ErrorAnswer } from '../../tooling/plan/dev/api.ts'
import type { ErrorDetail } from '../../tooling/plan/dev/record.ts'
import { Empty } from '../parts/empty.tsx'
import { FieldTable } from '../parts/field-table.tsx'
import { Icon } from '../parts/icon.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { Sparkbars } from '../parts/sparkline.tsx'
import { Stack } from '../parts/stack.tsx'
import { ViewHead } from '../parts/view-head.tsx'
import { toClock, toPlural } from '../state/format.ts'
import { useQuery } from '../state/query.ts'
import { toHref } from '../state/route.ts'

const SIGNALS = { sentry: 'Sentry', span: 'the span', log: 'the log' } as const

/** One kind of error: where it is thrown, what led to it, and each time it happened. */
export function ErrorView({ group }: { readonly group: string }): VNode {
  const { data, problem } = useQuery<ErrorAnswer>(`/api/errors/${encodeURIComponent(group)}`, [
    'errors',
  ])
  const back = { href: '/errors', label: 'Errors' }
  if (problem !== undefined)
    return (
      <>
        <ViewHead title="Error" back={back} />
        <Empty title="This error is not here">
          <p>It was let go to keep to the limits, or was seen before kube dev was started again.</p>
        </Empty>
      </>
    )
  const newest = data?.items[0]
  if (data === undefined || newest === undefined)
    return <ViewHead title="Error" back={back} note=" " />
  return (
    <>
      <ViewHead title={data.type} back={back} note={<p class="error-message">{data.message}</p>}>
        {newest.traceId !== undefined && (
          <a
            class="button primary"
            href={toHref(`/traces/${newest.traceId}`, { span: newest.spanId })}
          >
            <Icon name="traces" />
            See the whole trace
          </a>
        )}
      </ViewHead>
      <div class="error-facts">
        <ServiceName name={data.service} />
        <span>{toPlural(data.count, 'time')}</span>
        <span>first {toClock(data.firstMs)}</span>
        <span>last {toClock(data.lastMs)}</span>
        <span>told by {data.sources.map((source) => SIGNALS[source]).join(', ')}</span>
        {data.count > 1 && (
          <Sparkbars values={data.history} label={`${data.count} times in the last 5 minutes`} />
        )}
      </div>
      <div class="columns wide-first">
        <section class="panel">
          <h2>Stack</h2>
          <Stack frames={newest.detail.frames} />
          <Causes causes={newest.detail.causes} />
        </section>
        <section class="panel">
          <h2>Each time</h2>
          <Occurrences items={data.items} />
          <Tags detail={newest.detail} />
        </section>
      </div>
    </>
  )
}

function Causes({ causes }: Pick<ErrorDetail, 'causes'>): VNode | null {
  if (causes.length === 0) return null
  return (
    <>
      <h3>Caused by</h3>
      <ul class="causes">
        {causes.map(({ type, message }, index) => (
          <li key={index}>
            <b>{type}</b> {message}
          </li>
        ))}
      </ul>
    </>
  )
}

function Occurrences({ items }: Pick<ErrorAnswer, 'items'>): VNode {
  return (
    <ul class="occurrences">
      {items.map(({ seq, timeMs, traceId, spanId, detail }) => (
        <li key={seq}>
          <span class="time">{toClock(timeMs)}</span>
          <span class="clip">{detail.transaction}</span>
          {traceId === undefined ? (
            <span class="muted">no trace</span>
          ) : (
            <a href={toHref(`/traces/${traceId}`, { span: spanId })} data-row>
              <code>{traceId.slice(0, 8)}</code>
            </a>
          )}
        </li>
      ))}
    </ul>
  )
}

function Tags({ detail }: { readonly detail: ErrorDetail }): VNode {
  return (
    <>
      <h3>Context</h3>
      <FieldTable
        fields={{
          ...(detail.release === undefined ? {} : { release: detail.release }),
          ...(detail.isHandled === undefined ? {} : { handled: detail.isHandled }),
          ...detail.tags,
        }}
      />
    </>
  )
}
