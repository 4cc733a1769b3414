import type { Budget } from '../measure/report.ts'
import { mean } from '../measure/statistics.ts'
import type { Figures } from './figures.ts'
import type { Route } from './routes.ts'
import { BARE, DD_TRACE, HAND_WIRED, SERVICEX, type Variant } from './variants.ts'

/** Gives the budgets of one route beside its figures. */
export function toBudgets({ name }: Route, figures: readonly Figures[]): readonly Budget[] {
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
  const bareMean = (of: (row: Figures) => number): number => mean(bare.map(of))
  return [
    ...shared,
    { what: 'CPU, × bare', limit: 1.6, measured: full?.timesBare },
    { what: 'CPU at 1 % sampling, × bare', limit: 1.4, measured: onePercent?.timesBare },
    {
      what: 'p99 at 60 % of bare’s saturation, × bare',
      limit: 1.25,
      measured: divide(
        full?.p99Ms,
        bareMean(({ p99Ms }) => p99Ms),
      ),
    },
    {
      what: 'event-loop delay p99, × bare',
      limit: 1.5,
      measured: divide(
        full?.loopDelayP99Ms,
        bareMean(({ loopDelayP99Ms }) => loopDelayP99Ms),
      ),
    },
  ]
}

function find(figures: readonly Figures[], { title }: Variant): Figures | undefined {
  return figures.find((row) => row.title === title)
}

function divide(value: number | undefined, by: number | undefined): number | undefined {
  return value === undefined || by === undefined ? undefined : value / by
}
