import { type Column, toBudgetTable, toFixed, toTable } from '../measure/report.ts'
import { halfSpread, median, quantile } from '../measure/statistics.ts'
import { LOGGERS, type Logger, PINO, SERVICEX_LOG } from './loggers.ts'
import type { Destination, Writer } from './measure-lines.ts'

/** Gives the table of all loggers, and the budget. `measured` are ns of a line, by round. */
export function describeLines(measured: ReadonlyMap<Writer, readonly number[]>): string {
  const of = (logger: Logger, destination: Destination): readonly number[] =>
    [...measured].find(
      ([writer]) => writer.logger === logger && writer.destination === destination,
    )?.[1] ?? []
  const timesPino = (logger: Logger, destination: Destination): number => {
    const costs = of(PINO, destination)
    return median(of(logger, destination).map((cost, round) => cost / (costs[round] ?? Number.NaN)))
  }
  const columnsOf = (destination: Destination): readonly Column<Logger>[] => [
    {
      head: `ns, ${destination}, p25`,
      toCell: (row) => toFixed(quantile(of(row, destination), 0.25)),
    },
    { head: 'median', toCell: (row) => toFixed(median(of(row, destination))) },
    { head: '±', toCell: (row) => toFixed(halfSpread(of(row, destination))) },
    { head: '× pino', toCell: (row) => toFixed(timesPino(row, destination), 2) },
  ]
  return [
    toTable(
      [
        { head: 'a line with', toCell: ({ title }) => title },
        ...columnsOf('/dev/null'),
        ...columnsOf('pipe'),
      ],
      LOGGERS,
    ),
    '',
    // Not through a pipe: pino collects lines there for a thread to write, and a killed process loses
    // them; servicex writes each at once, which costs a system call a line, and the reader's waking.
    toBudgetTable([
      {
        what: 'a line to /dev/null, × pino’s own without ids, redaction and safe serialising',
        limit: 1.25,
        measured: timesPino(SERVICEX_LOG, '/dev/null'),
      },
    ]),
  ].join('\n')
}
