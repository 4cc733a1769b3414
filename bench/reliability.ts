/**
 * `npm run bench:reliability`: what servicex does when things fail, beside the same signals wired by
 * hand. `--short` is a first look; `--family drain,crash` picks; `--write` puts the tables into
 * docs/reliability.md. Exits 1 when a promise is not held.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeRun } from './measure/report.ts'
import { runCollector, runSentry } from './reliability/backends.ts'
import { runCardinality } from './reliability/cardinality.ts'
import { runCrash } from './reliability/crash.ts'
import { runDrain } from './reliability/drain.ts'
import { runFuzz } from './reliability/fuzz.ts'
import { type FamilyReport, type RunOptions, toMarkdown } from './reliability/report.ts'
import { runSecrets } from './reliability/secrets.ts'
import { runStdout } from './reliability/stdout.ts'

const FAMILIES: Readonly<Record<string, (options: RunOptions) => Promise<FamilyReport>>> = {
  drain: runDrain,
  crash: runCrash,
  collector: runCollector,
  sentry: runSentry,
  stdout: runStdout,
  cardinality: runCardinality,
  secrets: runSecrets,
  fuzz: runFuzz,
}

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    family: { type: 'string', default: Object.keys(FAMILIES).join(',') },
    write: { type: 'boolean', default: false },
  },
})
const options: RunOptions = { short: values.short, tell: (progress) => console.error(progress) }
const reports: FamilyReport[] = []
for (const name of values.family.split(',')) {
  const run = FAMILIES[name]
  if (run === undefined)
    throw new Error(`no family "${name}"; there are ${Object.keys(FAMILIES).join(', ')}`)
  reports.push(await run(options))
}
const page = [describe(), ...reports.map(toMarkdown)].join('\n\n')
console.log(page)
if (values.write) writeTables(page)
const isMet = reports.every(({ targets }) => targets.every((target) => target.isMet))
process.exit(isMet ? 0 : 1)

function describe(): string {
  const command = `npm run bench:reliability${values.short ? ' -- --short' : ''}`
  return `Measured with \`${command}\`: ${describeRun(1).replace(/, \d+ interleaved rounds$/, '')}.`
}

/** The tables stand between two comments; all else in the page is written by hand. */
function writeTables(tables: string): void {
  const path = join(import.meta.dirname, '../docs/reliability.md')
  const text = readFileSync(path, 'utf8')
  const [before = '', rest = ''] = text.split(/(?<=<!-- measured -->\n)/)
  const after = rest.slice(rest.indexOf('<!-- /measured -->'))
  writeFileSync(path, `${before}\n${tables}\n${after}`)
}
