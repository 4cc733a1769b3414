import { cpus, loadavg } from 'node:os'

/** A column of a table: text to the left, numbers to the right. */
export interface Column<Row> {
  readonly head: string
  readonly toCell: (row: Row) => string | number
}

/** One promise of a bench, and what was measured of it. */
export interface Budget {
  readonly what: string
  readonly limit: number
  /** `undefined` where it was not measured in this run. */
  readonly measured: number | undefined
  readonly digits?: number
}

/** Gives a Markdown table; its first column is text. */
export function toTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const toLine = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
  return [
    toLine(columns.map(({ head }) => head)),
    toLine(columns.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map((row) => toLine(columns.map(({ toCell }) => toCell(row)))),
  ].join('\n')
}

/** Gives the budgets beside what was measured, as a table. */
export function toBudgetTable(budgets: readonly Budget[]): string {
  return toTable<Budget>(
    [
      { head: 'budget', toCell: ({ what }) => what },
      { head: 'at most', toCell: ({ limit }) => limit },
      { head: 'measured', toCell: ({ measured, digits = 2 }) => toFixed(measured, digits) },
      { head: '', toCell: toVerdict },
    ],
    budgets,
  )
}

/** Gives a number with so many digits; a dash for one that there is not. */
export function toFixed(value: number | undefined, digits = 0): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits)
}

/** Gives the line that says where and when a table was measured. */
export function describeRun(rounds: number): string {
  const day = new Date().toISOString().slice(0, 10)
  const load = loadavg().map((value) => value.toFixed(1))
  return `${day}, Node ${process.versions.node}, ${cpus().length} cores, load ${load[0]}, ${rounds} interleaved rounds`
}

function toVerdict({ limit, measured }: Budget): string {
  if (measured === undefined || Number.isNaN(measured)) return 'not measured'
  return measured <= limit ? 'met' : '**not met**'
}
