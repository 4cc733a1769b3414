/**
 * `npm run bench:resilience`: the scenarios of research under which calls must hold, measured of
 * servicex, and of what else there is to call a service with, each in a process of its own. `--short`
 * is a first look; `--rows 1,4` and `--systems servicex` pick; `--at-once` measures the systems beside
 * each other; `--resume` goes on with a run that was broken off; `--write` puts the table into
 * docs/resilience.md, where cells that were not measured stay. Exits 1 when a row does not hold for
 * servicex; of the others it only prints the figures.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { describeRun } from './measure/report.ts'
import { ROWS } from './resilience/rows.ts'
import { MeasureLog } from './resilience/measure-log.ts'
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
    resume: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    // Of the processes that this one starts: measures one system and prints a line of JSON a row.
    only: { type: 'string' },
  },
})
const rows = pick('row', ROWS, { wanted: values.rows, toName: ({ number }) => String(number) })
const systems = pick('system', await readSystems(), {
  wanted: values.only ?? values.systems,
  toName: ({ name }) => name,
})
const [system] = systems
if (values.only !== undefined && system !== undefined) {
  await measureRows(system)
  process.exit(0)
}
if (values.short && values.write)
  throw new Error('the page holds long runs: no --short with --write')
const log = new MeasureLog(values.short ? 'short' : 'long')
if (values.resume) log.resume()
await measureSystems()
const { measured } = log
const command = `npm run bench:resilience${values.short ? ' -- --short' : ''}`
const isAll = values.rows === undefined && values.systems === undefined
const how = `Measured with \`${command}\`: ${describeRun(1).replace(/, load.*$/, '')}.${isAll ? '' : ' Some cells are of an earlier run.'}`
console.log(toMarkdown({ how, rows, systems: systems.map(({ name }) => name), measured }))
if (values.write) {
  const all = (await readSystems()).map(({ name }) => name)
  writeTable({ how, rows: ROWS, systems: all, measured })
}
const own = measured['servicex'] ?? {}
process.exit(rows.every(({ number }) => own[number]?.holds ?? true) ? 0 : 1)

async function measureSystems(): Promise<void> {
  const measuring = systems.map(
    ({ name }) =>
      () =>
        measureApart(name),
  )
  if (values['at-once']) await Promise.all(measuring.map((measure) => measure()))
  else for (const measure of measuring) await measure()
}

/** What one system leaves behind must not be what the next is measured with. */
async function measureApart(name: string): Promise<void> {
  const left = rows.filter(({ number }) => !log.has(name, number))
  if (left.length === 0) return
  const argv = [import.meta.filename, '--only', name, ...(values.short ? ['--short'] : [])]
  const picked = left.map(({ number }) => number).join()
  const child = spawn(process.execPath, [...argv, '--rows', picked], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.once('exit', () => child.kill())
  for await (const line of createInterface(child.stdout)) {
    const { row, ...measure } = JSON.parse(line) as Measure & { readonly row: number }
    log.add(name, row, measure)
  }
}

async function measureRows(of: System): Promise<void> {
  for (const row of rows) {
    if (row.only !== undefined && row.only !== of.name) continue
    const measure = await measureSafely(row, of)
    console.log(JSON.stringify({ row: row.number, ...measure }))
    const verdict = measure.holds ? 'holds' : 'DOES NOT HOLD'
    console.error(`${row.number} ${of.name}: ${verdict}: ${measure.figures}`)
  }
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

interface Picking<Item> {
  readonly wanted: string | undefined
  readonly toName: (item: Item) => string
}

/** Throws when there is no such one. */
function pick<Item>(
  what: string,
  all: readonly Item[],
  { wanted, toName }: Picking<Item>,
): readonly Item[] {
  if (wanted === undefined) return all
  const names = wanted.split(',')
  const unknown = names.filter((name) => !all.some((item) => toName(item) === name))
  if (unknown.length > 0)
    throw new Error(`no ${what} ${unknown.join()}; there are ${all.map(toName).join()}`)
  return all.filter((item) => names.includes(toName(item)))
}
