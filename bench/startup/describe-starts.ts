import { type Column, toBudgetTable, toFixed, toTable } from '../measure/report.ts'
import { halfSpread, mean, median } from '../measure/statistics.ts'
import type { Variant } from '../request/variants.ts'
import { toStartBudgets } from './budgets.ts'
import type { StartCost } from './measure-start.ts'

/** The medians of one variant's starts. */
export interface StartFigures {
  readonly title: string
  readonly listeningCpuMs: number
  readonly spreadMs: number
  readonly idleCpuMs: number
  readonly rssMb: number
  readonly moduleCount: number | undefined
}

/** Gives the table of all starts, and the budgets. */
export function describeStarts(
  costs: ReadonlyMap<Variant, readonly StartCost[]>,
  moduleCounts: ReadonlyMap<Variant, number | undefined>,
): string {
  const figures = [...costs].map(([variant, starts]) =>
    toFigures(variant, starts, moduleCounts.get(variant)),
  )
  const bare = toBare(figures)
  return [toTable(toColumns(bare), figures), '', toBudgetTable(toStartBudgets(figures, bare))].join(
    '\n',
  )
}

function toFigures(
  { title }: Variant,
  starts: readonly StartCost[],
  moduleCount: number | undefined,
): StartFigures {
  const listening = starts.map(({ listeningCpuMs }) => listeningCpuMs)
  return {
    title,
    listeningCpuMs: median(listening),
    spreadMs: halfSpread(listening),
    idleCpuMs: median(starts.map(({ idleCpuMs }) => idleCpuMs)),
    rssMb: median(starts.map(({ rssMb }) => rssMb)),
    moduleCount,
  }
}

/** The mean of the bare servers: what every start pays. */
function toBare(figures: readonly StartFigures[]): StartFigures {
  const bare = figures.filter(({ title }) => title.startsWith('bare'))
  const meanOf = (of: (row: StartFigures) => number): number => mean(bare.map(of))
  return {
    title: 'bare',
    listeningCpuMs: meanOf(({ listeningCpuMs }) => listeningCpuMs),
    spreadMs: meanOf(({ spreadMs }) => spreadMs),
    idleCpuMs: meanOf(({ idleCpuMs }) => idleCpuMs),
    rssMb: meanOf(({ rssMb }) => rssMb),
    moduleCount: undefined,
  }
}

function toColumns(bare: StartFigures): readonly Column<StartFigures>[] {
  return [
    { head: 'start', toCell: ({ title }) => title },
    { head: 'CPU ms until it listens', toCell: ({ listeningCpuMs }) => toFixed(listeningCpuMs) },
    { head: '±', toCell: ({ spreadMs }) => toFixed(spreadMs) },
    {
      head: 'over bare',
      toCell: ({ listeningCpuMs }) => toFixed(listeningCpuMs - bare.listeningCpuMs),
    },
    { head: 'CPU ms until idle', toCell: ({ idleCpuMs }) => toFixed(idleCpuMs) },
    { head: 'RSS MB', toCell: ({ rssMb }) => toFixed(rssMb) },
    { head: 'over bare', toCell: ({ rssMb }) => toFixed(rssMb - bare.rssMb) },
    { head: 'modules', toCell: ({ moduleCount }) => toFixed(moduleCount) },
  ]
}
