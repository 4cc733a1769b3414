import type { VNode } from 'preact'
import type { MetricAnswer, PlottedSeries } from '../../tooling/plan/dev/api.ts'
import { toUnit, toFigures } from '../state/format.ts'
import { useQuery } from '../state/query.ts'
import { setFilters, useRoute } from '../state/route.ts'
import { Chart, type ChartLine } from './chart.tsx'
import { CopyButton } from './copy-button.tsx'
import { Empty } from './empty.tsx'
import { ChipFilter, SelectFilter } from './filter-bar.tsx'
import { toApiCurl } from '../state/api-curl.ts'
import { ServiceName } from './service-name.tsx'

const MAX_LINES = 12

/** One metric against time, and its series. */
export function MetricPlot({ name }: { readonly name: string }): VNode {
  const { query } = useRoute()
  const parameters = new URLSearchParams(
    [...query].filter(
      ([key]) => key === 'service' || key === 'minutes' || key.startsWith('label.'),
    ),
  )
  const path = `/api/metrics/${encodeURIComponent(name)}`
  const { data, problem } = useQuery<MetricAnswer>(`${path}?${parameters}`, ['metrics'])
  if (problem !== undefined)
    return (
      <Empty title="This metric is not here">
        <p>No service has reported {name} so far.</p>
      </Empty>
    )
  if (data === undefined) return <div class="metric-plot" />
  const markMs = Number(query.get('at') ?? Number.NaN)
  const mark = {
    markMs: Number.isNaN(markMs) ? undefined : markMs,
    markTraceId: query.get('trace') ?? undefined,
  }
  return (
    <section class="metric-plot" aria-label={name}>
      <div class="metric-head">
        <h2>{name}</h2>
        <CopyButton text={toApiCurl(path, Object.fromEntries(parameters))} label="Copy as curl" />
      </div>
      <p class="muted">
        {data.help === '' ? data.kind : `${data.help}. ${data.kind}`}
        {data.unit === '' ? '' : `, ${data.unit}`}
      </p>
      <LabelFilters metric={data} />
      {data.series.length === 0 ? (
        <Empty title="No series fits these filters" />
      ) : (
        <Charts metric={data} mark={mark} />
      )}
      <SeriesTable metric={data} />
    </section>
  )
}

interface Mark {
  readonly markMs: number | undefined
  readonly markTraceId: string | undefined
}

function Charts({ metric, mark }: { readonly metric: MetricAnswer; readonly mark: Mark }): VNode {
  const { kind, unit, fromMs, toMs } = metric
  const shown = metric.series.slice(0, MAX_LINES)
  const common = { fromMs, toMs, ...mark }
  const exemplars = shown.flatMap((series) => series.exemplars)
  if (kind !== 'histogram')
    return (
      <Chart
        {...common}
        title={kind === 'counter' ? 'A second' : 'Value'}
        lines={shown.map((series, index) => toLine(series, index, series.values))}
        unit={kind === 'counter' ? '' : unit}
      />
    )
  return (
    <>
      <Chart
        {...common}
        title="p95; each point is a request that leads to its trace"
        lines={shown.map((series, index) => toLine(series, index, series.p95 ?? []))}
        unit={unit}
        exemplars={exemplars}
      />
      <Chart
        {...common}
        title="How many a second"
        lines={shown.map((series, index) => toLine(series, index, series.values))}
        unit=""
      />
    </>
  )
}

function toLine(series: PlottedSeries, colour: number, values: PlottedSeries['values']): ChartLine {
  const isOfSpan = values !== series.values || series.p95 !== undefined
  return { label: toLabel(series), colour, times: series.times, values, isStepped: isOfSpan }
}

function toLabel({ service, labels }: PlottedSeries): string {
  const values = Object.values(labels).filter((value) => value !== '')
  return [service, ...values].join(' ')
}

/** A choice for each label that has one. */
function LabelFilters({ metric }: { readonly metric: MetricAnswer }): VNode | null {
  const { query } = useRoute()
  const choices = Object.entries(metric.labels).filter(
    ([label, values]) => values.length > 1 || query.has(`label.${label}`),
  )
  const isFiltered = [...query.keys()].some((key) => key.startsWith('label.'))
  if (choices.length === 0 && !query.has('at')) return null
  return (
    <div class="filters label-filters">
      {choices.map(([label, values]) => (
        <SelectFilter
          key={label}
          name={`label.${label}`}
          label={label}
          options={[
            ['', `any ${label}`],
            ...values.map((value) => [value, `${label} ${value}`] as const),
          ]}
        />
      ))}
      <ChipFilter name="trace" label="from trace" />
      {isFiltered && (
        <button
          type="button"
          class="toggle"
          onClick={() =>
            setFilters(Object.fromEntries(choices.map(([label]) => [`label.${label}`, undefined])))
          }
        >
          All series
        </button>
      )}
    </div>
  )
}

function SeriesTable({ metric }: { readonly metric: MetricAnswer }): VNode {
  const { kind, unit, series, omitted } = metric
  const isHistogram = kind === 'histogram'
  return (
    <div class="series" tabIndex={0} role="region" aria-label="Series">
      <table>
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Labels</th>
            <th scope="col">{isHistogram ? 'Count' : kind === 'counter' ? 'Total' : 'Now'}</th>
            {kind !== 'gauge' && <th scope="col">A second</th>}
            {isHistogram && <th scope="col">p50</th>}
            {isHistogram && <th scope="col">p95</th>}
          </tr>
        </thead>
        <tbody>
          {series.map((each, index) => (
            <tr key={toLabel(each)}>
              <td>
                <span class="series-name">
                  <i
                    class={index < MAX_LINES ? `swatch series-${index % 8}` : 'swatch'}
                    aria-hidden="true"
                  />
                  <ServiceName name={each.service} />
                </span>
              </td>
              <td class="labels">
                {Object.entries(each.labels).map(([label, value]) => (
                  <span key={label}>
                    {label}=<b>{value}</b>
                  </span>
                ))}
              </td>
              <td>{kind === 'gauge' ? toUnit(each.last, unit) : toFigures(each.last)}</td>
              {kind !== 'gauge' && <td>{toCell(each.values, '')}</td>}
              {isHistogram && <td>{toCell(each.p50, unit)}</td>}
              {isHistogram && <td>{toCell(each.p95, unit)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {omitted > 0 && <p class="muted">and {omitted} more series: choose a label to see them</p>}
    </div>
  )
}

/** The newest value that is known. */
function toCell(values: readonly (number | null)[] | undefined, unit: string): string {
  const last = values?.findLast((value) => value !== null)
  return last === undefined || last === null ? '–' : toUnit(last, unit)
}
