import { type Budget, type Column, toBudgetTable, toFixed, toTable } from '../measure/report.ts'
import { median } from '../measure/statistics.ts'
import { type BuildCost, type Scenario, SCENARIOS } from './measure-build.ts'

/** The medians of one tool in one scenario. */
interface BuildFigures extends BuildCost {
  readonly title: string
}

/** Gives the table of all builds, and the budgets. */
export function describeBuilds(costs: ReadonlyMap<string, readonly BuildCost[]>): string {
  const figures = SCENARIOS.flatMap((scenario) =>
    [...costs].map(([title, all]) => toFigures(title, scenario, all)),
  )
  return [toTable(COLUMNS, figures), '', toBudgetTable(toBudgets(figures))].join('\n')
}

const COLUMNS: readonly Column<BuildFigures>[] = [
  { head: 'build', toCell: ({ title }) => title },
  { head: 'scenario', toCell: ({ scenario }) => scenario },
  { head: 'wall s', toCell: ({ wallSeconds }) => toFixed(wallSeconds, 2) },
  { head: 'CPU s', toCell: ({ cpuSeconds }) => toFixed(cpuSeconds, 2) },
  { head: 'pushed kB', toCell: ({ pushedBytes }) => toFixed(pushedBytes / 1000, 1) },
  { head: 'image MB', toCell: ({ imageBytes }) => toFixed(imageBytes / 1e6, 1) },
]

function toFigures(title: string, scenario: Scenario, costs: readonly BuildCost[]): BuildFigures {
  const those = costs.filter((cost) => cost.scenario === scenario)
  const medianOf = (of: (cost: BuildCost) => number): number => median(those.map(of))
  return {
    title,
    scenario,
    wallSeconds: medianOf(({ wallSeconds }) => wallSeconds),
    cpuSeconds: medianOf(({ cpuSeconds }) => cpuSeconds),
    pushedBytes: medianOf(({ pushedBytes }) => pushedBytes),
    imageBytes: medianOf(({ imageBytes }) => imageBytes),
  }
}

/** What the design promises: seconds of its own, and a fifth of buildah's time. */
function toBudgets(figures: readonly BuildFigures[]): readonly Budget[] {
  const wallOf = (part: string, scenario: Scenario): number | undefined =>
    figures.find((row) => row.title.includes(part) && row.scenario === scenario)?.wallSeconds
  const ratioOf = (scenario: Scenario): number =>
    (wallOf('kube', scenario) ?? NaN) / (wallOf('buildah', scenario) ?? NaN)
  return [
    { what: 'nothing changed, s', limit: 0.5, measured: wallOf('kube', 'nothing changed') },
    { what: 'code changed, s', limit: 1.5, measured: wallOf('kube', 'code changed') },
    ...SCENARIOS.map((scenario) => ({
      what: `${scenario}: share of buildah's time`,
      limit: 0.2,
      measured: ratioOf(scenario),
    })),
  ]
}
