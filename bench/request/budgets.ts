import type { Budget } from '../measure/report.ts'
import { mean } from '../measure/statistics.ts'
import type { Figures, RateFigures } from './figures.ts'
import type { Route } from './routes.ts'
import { BARE, DD_TRACE, HAND_WIRED, SERVICEX, type Variant } from './variants.ts'

/** Gives the budgets of one route beside its figures. */
export function toBudgets(
  { name, rateShares }: Route,
  figures: readonly Figures[],
): readonly Budget[] {
  if (name !== 'hello' && name !== 'call') return []
  const [full, onePercent, byHand, ddTrace] = [
    SERVICEX.full,
    SERVICEX.onePercent,
    HAND_WIRED,
    DD_TRACE,
  ].map((variant) => find(figures, variant))
  const bare = figures.filter(({ title }) => BARE.some((variant) => variant.title === title))
  const overhead = full?.overBareMicros
  const shared: Budget[] = [
    {
      what: 'CPU over bare, of the hand-wired stack’s',
      limit: 0.15,
      measured: divide(overhead, byHand?.overBareMicros),
    },
    {
      what: 'CPU over bare, of dd-trace’s tracing alone',
      limit: 0.6,
      measured: divide(overhead, ddTrace?.overBareMicros),
    },
  ]
  if (name === 'call') return shared
  const share = (rate: number): string => `${(rateShares[rate] ?? 0) * 100} % of bare’s saturation`
  const times = (what: string, limit: number, row: Figures | undefined): Budget[] => [
    { what: `${what}, × bare`, limit, measured: row?.timesBare },
    ...rateShares.map((_, rate) => ({
      what: `${what} at ${share(rate)}, × bare`,
      limit,
      measured: row?.atRates[rate]?.timesBare,
    })),
  ]
  const atRate = (rate: number, of: (row: RateFigures) => number): number | undefined =>
    divide(toRate(full, rate, of), mean(bare.map((row) => toRate(row, rate, of) ?? Number.NaN)))
  return [
    ...shared,
    ...times('CPU', 1.6, full),
    ...times('CPU with 1 % sampled', 1.4, onePercent),
    ...rateShares.map((_, rate) => ({
      what: `p99 at ${share(rate)}, × bare`,
      limit: 1.25,
      measured: atRate(rate, ({ p99Ms }) => p99Ms),
    })),
    ...rateShares.map((_, rate) => ({
      what: `event-loop delay p99 at ${share(rate)}, × bare`,
      limit: 1.5,
      measured: atRate(rate, ({ loopDelayP99Ms }) => loopDelayP99Ms),
    })),
  ]
}

function toRate(
  row: Figures | undefined,
  rate: number,
  of: (figures: RateFigures) => number,
): number | undefined {
  const figures = row?.atRates[rate]
  return figures === undefined ? undefined : of(figures)
}

function find(figures: readonly Figures[], { title }: Variant): Figures | undefined {
  return figures.find((row) => row.title === title)
}

function divide(value: number | undefined, by: number | undefined): number | undefined {
  return value === undefined || by === undefined ? undefined : value / by
}
