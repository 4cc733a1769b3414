import { type Column, toBudgetTable, toFixed, toTable } from '../measure/report.ts'
import { toBudgets } from './budgets.ts'
import { type Figures, type RateFigures, toFigures } from './figures.ts'
import type { RouteResult } from './measure-route.ts'

const COST: readonly Column<Figures>[] = [
  { head: 'server', toCell: ({ title }) => title },
  { head: 'CPU µs, p25', toCell: ({ p25Micros }) => toFixed(p25Micros) },
  { head: 'median', toCell: ({ medianMicros }) => toFixed(medianMicros) },
  { head: '±', toCell: ({ spreadMicros }) => toFixed(spreadMicros) },
  { head: 'over bare', toCell: ({ overBareMicros }) => toFixed(overBareMicros) },
  { head: '× bare', toCell: ({ timesBare }) => toFixed(timesBare, 2) },
]

const REST: readonly Column<Figures>[] = [
  { head: 'RSS MB', toCell: ({ rssMb }) => toFixed(rssMb) },
  { head: 'delivered for each request', toCell: ({ delivered }) => delivered },
]

/** One variant at one rate. */
interface RateRow extends RateFigures {
  readonly title: string
}

const AT_RATE: readonly Column<RateRow>[] = [
  { head: 'server', toCell: ({ title }) => title },
  { head: 'CPU µs, median', toCell: ({ medianMicros }) => toFixed(medianMicros) },
  { head: 'over bare', toCell: ({ overBareMicros }) => toFixed(overBareMicros) },
  { head: '× bare', toCell: ({ timesBare }) => toFixed(timesBare, 2) },
  { head: 'p50 ms', toCell: ({ p50Ms }) => toFixed(p50Ms, 2) },
  { head: 'p99 ms', toCell: ({ p99Ms }) => toFixed(p99Ms, 1) },
  { head: 'loop delay p99 ms', toCell: ({ loopDelayP99Ms }) => toFixed(loopDelayP99Ms, 2) },
]

/** Gives the tables of a route: every variant's figures, each as fast as it can and at the fixed rates, and the budgets. */
export function describeRoute(result: RouteResult): string {
  const { route, ratesPerSecond } = result
  const figures = toFigures(result)
  const budgets = toBudgets(route, figures)
  return [
    `\n## ${route.title}\n`,
    toTable([...COST, ...REST], figures),
    ...ratesPerSecond.flatMap((perSecond, rate) => [
      `\nAt ${Math.round(perSecond)} requests a second, ${(route.rateShares[rate] ?? 0) * 100} % of bare’s saturation:\n`,
      toTable(AT_RATE, toRateRows(figures, rate)),
    ]),
    ...(budgets.length > 0 ? [`\n${toBudgetTable(budgets)}`] : []),
  ].join('\n')
}

/** A server that cannot keep up has no row. */
function toRateRows(figures: readonly Figures[], rate: number): readonly RateRow[] {
  return figures.flatMap(({ title, atRates }) => {
    const atRate = atRates[rate]
    return atRate === undefined || Number.isNaN(atRate.medianMicros) ? [] : [{ title, ...atRate }]
  })
}
