import { toTable } from '../measure/report.ts'

/** What one family of faults measured of each variant. */
export interface FamilyReport {
  readonly title: string
  /** How it was measured, one sentence or two. */
  readonly how: string
  readonly rows: readonly FamilyRow[]
  /** What servicex promises, and whether this run held it. */
  readonly targets: readonly Target[]
}

/** One row: what the first column says, and one cell for each other column. */
export interface FamilyRow {
  readonly what: string
  readonly cells: Readonly<Record<string, string | number>>
}

/** A promise of the scorecard. */
export interface Target {
  readonly what: string
  readonly isMet: boolean
}

/** What every family is run with. */
export interface RunOptions {
  /** Counts small enough for a first look. */
  readonly short: boolean
  /** Told of progress. */
  readonly tell: (progress: string) => void
}

/** Gives a family's report as Markdown. */
export function toMarkdown({ title, how, rows, targets }: FamilyReport): string {
  const names = Object.keys(rows[0]?.cells ?? {})
  const table = toTable<FamilyRow>(
    [
      { head: '', toCell: ({ what }) => what },
      ...names.map((name) => ({
        head: name,
        toCell: ({ cells }: FamilyRow) => cells[name] ?? '–',
      })),
    ],
    rows,
  )
  const promises = targets.map(({ what, isMet }) => `- ${what}: ${isMet ? 'met' : '**not met**'}`)
  return `## ${title}\n\n${how}\n\n${table}\n\n${promises.join('\n')}\n`
}
