import { type Column, toBudgetTable, toFixed, toTable } from '../measure/report.ts'
import { toBudgets } from './budgets.ts'
import { type Figures, toFigures } from './figures.ts'
import type { RouteResult } from './measure-route.ts'

const COST: readonly Column<Figures>[] = [
  { head: 'server', toCell: ({ title }) => title },
  { head: 'CPU µs, p25', toCell: ({ p25Micros }) => toFixed(p25Micros) },
  { head: 'median', toCell: ({ medianMicros }) => toFixed(medianMicros) },
  { head: '±', toCell: ({ spreadMicros }) => toFixed(spreadMicros) },
  { head: 'over bare', toCell: ({ overBareMicros }) => toFixed(overBareMicros) },
  { head: '× bare', toCell: ({ timesBare }) => toFixed(timesBare, 2) },
]

const LATENCY: readonly Column<Figures>[] = [
  { head: 'p50 ms', toCell: ({ p50Ms }) => toFixed(p50Ms, 2) },
  { head: 'p99 ms', toCell: ({ p99Ms }) => toFixed(p99Ms, 1) },
  { head: 'loop delay p99 ms', toCell: ({ loopDelayP99Ms }) => toFixed(loopDelayP99Ms, 2) },
]

const REST: readonly Column<Figures>[] = [
  { head: 'RSS MB', toCell: ({ rssMb }) => toFixed(rssMb) },
  { head: 'delivered for each request', toCell: ({ delivered }) => delivered },
]

/** Gives the tables of a route: every variant's figures, and the budgets. */
export function describeRoute(result: RouteResult): string {
  const { route, ratePerSecond } = result
  const figures = toFigures(result)
  const budgets = toBudgets(route, figures)
  const isTimed = figures.some(({ p99Ms }) => !Number.isNaN(p99Ms))
  return [
    `\n## ${route.title}\n`,
    toTable(isTimed ? [...COST, ...LATENCY, ...REST] : [...COST, ...REST], figures),
    ...(isTimed ? [`\nLatency at ${Math.round(ratePerSecond)} requests a second.`] : []),
    ...(budgets.length > 0 ? [`\n${toBudgetTable(budgets)}`] : []),
  ].join('\n')
}
