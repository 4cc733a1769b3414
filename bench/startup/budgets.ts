import type { Budget } from '../measure/report.ts'
import { DD_TRACE, HAND_WIRED, SERVICEX, type Variant } from '../request/variants.ts'
import type { StartFigures } from './describe-starts.ts'

type Cost = 'listeningCpuMs' | 'idleCpuMs' | 'rssMb'

/** Gives the budgets of a start beside what was measured; all are of what a start costs over bare. */
export function toStartBudgets(
  figures: readonly StartFigures[],
  bare: StartFigures,
): readonly Budget[] {
  const { nothing, otlp, full } = SERVICEX
  const overBare = (cost: Cost, { title }: Variant): number => {
    const row = figures.find((row) => row.title === title)
    return (row?.[cost] ?? Number.NaN) - bare[cost]
  }
  const compare = (cost: Cost, ours: Variant, theirs: Variant, limit: number): Budget => ({
    what: `${ours.title}: ${WORDS[cost]} over bare, of the ${theirs.title.split(/[,:]/)[0]}’s`,
    limit,
    measured: overBare(cost, ours) / overBare(cost, theirs),
  })
  return [
    compare('listeningCpuMs', nothing, HAND_WIRED, 0.08),
    compare('idleCpuMs', nothing, HAND_WIRED, 0.08),
    compare('listeningCpuMs', otlp, HAND_WIRED, 0.12),
    compare('idleCpuMs', otlp, HAND_WIRED, 0.12),
    compare('listeningCpuMs', otlp, DD_TRACE, 0.5),
    compare('listeningCpuMs', full, HAND_WIRED, 0.25),
    compare('idleCpuMs', full, HAND_WIRED, 0.25),
    compare('rssMb', otlp, HAND_WIRED, 0.35),
    compare('rssMb', full, HAND_WIRED, 0.55),
  ]
}

const WORDS: Readonly<Record<Cost, string>> = {
  listeningCpuMs: 'CPU until it listens',
  idleCpuMs: 'CPU until idle',
  rssMb: 'RSS',
}
