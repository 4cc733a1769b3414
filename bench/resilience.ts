/**
 * `npm run bench:resilience`: the scenarios of research under which calls must hold, measured of
 * servicex, and of what else there is to call a service with. `--short` is a first look; `--rows 1,4`
 * and `--systems servicex` pick; `--write` puts the table into docs/resilience.md. Exits 1 when a row
 * does not hold for servicex; of the others it only prints the figures.
 */
import { parseArgs } from 'node:util'
import { describeRun } from './measure/report.ts'
import { ROWS } from './resilience/rows.ts'
import type { Measure, Row } from './resilience/row.ts'
import type { System } from './resilience/system.ts'
import { readSystems } from './resilience/systems.ts'
import { toMarkdown, writeTable } from './resilience/table.ts'

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    rows: { type: 'string' },
    systems: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const rows = pick(ROWS, values.rows, ({ number }) => String(number))
const systems = pick(await readSystems(), values.systems, ({ name }) => name)
const measured: { readonly row: Row; readonly measures: ReadonlyMap<string, Measure> }[] = []
for (const row of rows) {
  const measures = new Map<string, Measure>()
  for (const system of systems) {
    if (row.only !== undefined && row.only !== system.name) continue
    const measure = await measureSafely(row, system)
    measures.set(system.name, measure)
    console.error(
      `${row.number} ${system.name}: ${measure.holds ? 'holds' : 'DOES NOT HOLD'}: ${measure.figures}`,
    )
  }
  measured.push({ row, measures })
}
const command = `npm run bench:resilience${values.short ? ' -- --short' : ''}`
const how = `Measured with \`${command}\`: ${describeRun(1).replace(/, \d+ interleaved rounds$/, '')}.`
const table = toMarkdown({ how, measured, systems: systems.map(({ name }) => name) })
console.log(table)
if (values.write) writeTable(table)
const isMet = measured.every(({ measures }) => measures.get('servicex')?.holds !== false)
process.exit(isMet ? 0 : 1)

async function measureSafely(row: Row, system: System): Promise<Measure> {
  try {
    return await row.measure({ system, short: values.short })
  } catch (error) {
    return {
      figures: `failed: ${error instanceof Error ? error.message : String(error)}`,
      holds: false,
    }
  }
}

function pick<Item>(
  all: readonly Item[],
  wanted: string | undefined,
  toName: (item: Item) => string,
): readonly Item[] {
  if (wanted === undefined) return all
  const names = wanted.split(',')
  return all.filter((item) => names.includes(toName(item)))
}
