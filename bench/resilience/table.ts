import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Measure, Row } from './row.ts'

/** What a run of the bench measured. */
export interface MeasuredRows {
  readonly how: string
  readonly rows: readonly Row[]
  /** By the name of the system, then by the number of the row. */
  readonly measured: ReadonlyMap<string, Readonly<Record<string, Measure>>>
}

/** Gives the table as Markdown: a row a scenario, with what it needs and what each system came to. */
export function toMarkdown({ how, rows, measured }: MeasuredRows): string {
  const systems = [...measured.keys()]
  const head = ['#', 'fault', 'needs', ...systems]
  const lines = rows.map((row) => [
    String(row.number),
    row.fault,
    row.needs,
    ...systems.map((system) => toCell(measured.get(system)?.[row.number])),
  ])
  const table = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`)
  return `${how}\n\n${table.join('\n')}\n`
}

function toCell(measure: Measure | undefined): string {
  if (measure === undefined) return '–'
  return measure.holds ? measure.figures : `✗ ${measure.figures}`
}

/** Puts the table between two comments of docs/resilience.md; all else there is written by hand. */
export function writeTable(table: string): void {
  const path = join(import.meta.dirname, '../../docs/resilience.md')
  const text = readFileSync(path, 'utf8')
  const [before = '', rest = ''] = text.split(/(?<=<!-- measured -->\n)/)
  const [, after = ''] = rest.split(/(?=<!-- end of measured -->)/)
  writeFileSync(path, `${before}\n${table}\n${after}`)
}
