import { toBudgetTable, toFixed, toTable } from '../measure/report.ts'
import { median, quantile } from '../measure/statistics.ts'
import type { Registry, ScrapeCost } from './measure-scrape.ts'

const BUDGET_SERIES = 2_000

/** Gives the table of all registries, and the budgets. */
export function describeScrapes(costs: ReadonlyMap<Registry, readonly ScrapeCost[]>): string {
  const of = (registry: Registry, cost: keyof ScrapeCost): readonly number[] =>
    (costs.get(registry) ?? []).map((scrape) => scrape[cost])
  const ours = [...costs.keys()].find(
    ({ title, series }) => title === 'servicex' && series === BUDGET_SERIES,
  )
  const measured = (cost: keyof ScrapeCost): number | undefined =>
    ours === undefined ? undefined : median(of(ours, cost))
  return [
    toTable<Registry>(
      [
        { head: 'page of', toCell: ({ title }) => title },
        { head: 'series', toCell: ({ series }) => series },
        { head: 'ms', toCell: (row) => toFixed(median(of(row, 'wallMs')), 1) },
        { head: 'p90', toCell: (row) => toFixed(quantile(of(row, 'wallMs'), 0.9), 1) },
        { head: 'CPU ms', toCell: (row) => toFixed(median(of(row, 'cpuMs')), 1) },
        { head: 'longest block, ms', toCell: (row) => toFixed(median(of(row, 'blockMs')), 1) },
        { head: 'p90', toCell: (row) => toFixed(quantile(of(row, 'blockMs'), 0.9), 1) },
      ],
      [...costs.keys()],
    ),
    '',
    toBudgetTable([
      { what: '2 000 series, ms', limit: 20, measured: measured('wallMs'), digits: 1 },
      {
        what: '2 000 series, longest block of the event loop, ms',
        limit: 10,
        measured: measured('blockMs'),
        digits: 1,
      },
    ]),
  ].join('\n')
}
