/**
 * `npm run bench:resilience`: the scenarios of research under which calls must hold, measured of
 * servicex, and of what else there is to call a service with, each in a process of its own. `--short`
 * is a first look; `--rows 1,4` and `--systems servicex` pick; `--at-once` measures the systems beside
 * each other; `--write` puts the table into docs/resilience.md. Exits 1 when a row does not hold for
 * servicex; of the others it only prints the figures.
 */
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
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
    'at-once': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    // Of the processes that this one starts: measures one system and prints JSON.
    only: { type: 'string' },
  },
})
const rows = pick(ROWS, values.rows, ({ number }) => String(number))
const systems = pick(await readSystems(), values.only ?? values.systems, ({ name }) => name)
const [system] = systems
if (values.only !== undefined && system !== undefined) {
  console.log(JSON.stringify(await measureRows(system)))
  process.exit(0)
}
const measured = await measureSystems()
const command = `npm run bench:resilience${values.short ? ' -- --short' : ''}`
const how = `Measured with \`${command}\`: ${describeRun(1).replace(/, \d+ interleaved rounds$/, '')}.`
const table = toMarkdown({ how, rows, measured })
console.log(table)
if (values.write) writeTable(table)
const isMet = Object.values(measured.get('servicex') ?? {}).every(({ holds }) => holds)
process.exit(isMet ? 0 : 1)

type Measures = Readonly<Record<string, Measure>>

async function measureSystems(): Promise<ReadonlyMap<string, Measures>> {
  const found = new Map<string, Measures>()
  const measuring = systems.map(
    ({ name }) =>
      async () =>
        void found.set(name, await measureApart(name)),
  )
  if (values['at-once']) await Promise.all(measuring.map((measure) => measure()))
  else for (const measure of measuring) await measure()
  return new Map(systems.map(({ name }) => [name, found.get(name) ?? {}]))
}

/** What one system leaves behind must not be what the next is measured with. */
async function measureApart(name: string): Promise<Measures> {
  const argv = [import.meta.filename, '--only', name, ...(values.short ? ['--short'] : [])]
  const picked = values.rows === undefined ? [] : ['--rows', values.rows]
  const child = spawn(process.execPath, [...argv, ...picked], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.once('exit', () => child.kill())
  return JSON.parse(await text(child.stdout)) as Measures
}

async function measureRows(of: System): Promise<Measures> {
  const measures: Record<string, Measure> = {}
  for (const row of rows) {
    if (row.only !== undefined && row.only !== of.name) continue
    const measure = await measureSafely(row, of)
    measures[row.number] = measure
    const verdict = measure.holds ? 'holds' : 'DOES NOT HOLD'
    console.error(`${row.number} ${of.name}: ${verdict}: ${measure.figures}`)
  }
  return measures
}

async function measureSafely(row: Row, of: System): Promise<Measure> {
  try {
    return await row.measure({ system: of, short: values.short })
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
