import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Measured } from './measure-log.ts'
import type { Measure, Row } from './row.ts'

const PAGE = join(import.meta.dirname, '../../docs/resilience.md')
const [FIRST, LAST] = ['<!-- measured -->\n', '<!-- end of measured -->']
const CELL = / \| /

/** What the bench measured. */
export interface MeasuredRows {
  readonly how: string
  readonly rows: readonly Row[]
  /** In the order of the columns. */
  readonly systems: readonly string[]
  readonly measured: Measured
}

/** Gives the table as Markdown: a row a scenario, with what it needs and what each system came to. */
export function toMarkdown(
  { how, rows, systems, measured }: MeasuredRows,
  toOther: (system: string, row: number) => string = () => '–',
): string {
  const head = ['#', 'fault', 'needs', ...systems]
  const lines = rows.map((row) => [
    String(row.number),
    row.fault,
    row.needs,
    ...systems.map((system) => {
      const measure = measured[system]?.[row.number]
      return measure === undefined ? toOther(system, row.number) : toCell(measure)
    }),
  ])
  const table = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`)
  return `${how}\n\n${table.join('\n')}\n`
}

function toCell({ figures, holds }: Measure): string {
  const text = figures.replaceAll('|', '/').replaceAll(/\s+/g, ' ')
  return holds ? text : `✗ ${text}`
}

/**
 * Puts the table between two comments of docs/resilience.md; all else there is written by hand. What
 * was not measured keeps the cell that it has.
 */
export function writeTable(table: MeasuredRows): void {
  const text = readFileSync(PAGE, 'utf8')
  const [from, to] = [text.indexOf(FIRST) + FIRST.length, text.indexOf(LAST)]
  const known = readCells(text.slice(from, to))
  const toOther = (system: string, row: number): string => known.get(system)?.get(row) ?? '–'
  writeFileSync(PAGE, `${text.slice(0, from)}\n${toMarkdown(table, toOther)}\n${text.slice(to)}`)
}

/** The cells of a table by system, then by the number of the row. */
function readCells(text: string): ReadonlyMap<string, ReadonlyMap<number, string>> {
  const lines = text.split('\n').filter((line) => line.startsWith('| '))
  const [head = [], , ...rows] = lines.map((line) => line.slice(2, -2).split(CELL))
  return new Map(
    head.map((system, column) => [
      system,
      new Map(rows.map((cells) => [Number(cells[0]), cells[column] ?? '–'])),
    ]),
  )
}
