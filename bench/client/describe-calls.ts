import { toBudgetTable, toFixed, toTable } from '../measure/report.ts'
import { halfSpread, median, quantile } from '../measure/statistics.ts'
import { BALANCED, type Caller, OTHERS, RAW, TYPED } from './callers.ts'

/** Gives the table of all callers, and the budget. `costs` are µs of a call, by round. */
export function describeCalls(costs: ReadonlyMap<Caller, readonly number[]>): string {
  const of = (caller: Caller): readonly number[] => costs.get(caller) ?? []
  const times = (caller: Caller, other: Caller): number =>
    median(of(caller).map((cost, round) => cost / (of(other)[round] ?? Number.NaN)))
  const timesRaw = (caller: Caller): number => times(caller, RAW)
  return [
    toTable<Caller>(
      [
        { head: 'a call through', toCell: ({ title }) => title },
        { head: 'CPU µs, p25', toCell: (row) => toFixed(quantile(of(row), 0.25)) },
        { head: 'median', toCell: (row) => toFixed(median(of(row))) },
        { head: '±', toCell: (row) => toFixed(halfSpread(of(row))) },
        { head: '× undici.request', toCell: (row) => toFixed(timesRaw(row), 2) },
      ],
      [...costs.keys()],
    ),
    '',
    toBudgetTable([
      {
        what: 'a validated call through a generated client, × undici.request',
        limit: 1.35,
        measured: timesRaw(TYPED),
      },
      {
        what: 'the same with every policy on, × undici.request',
        limit: 1.35,
        measured: timesRaw(BALANCED),
      },
      ...OTHERS.map((other) => ({
        what: `the same, × ${other.title} with its defaults`,
        limit: 1,
        measured: times(BALANCED, other),
      })),
    ]),
  ].join('\n')
}
