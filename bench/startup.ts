/**
 * `npm run bench:startup`: what it costs to start a server with servicex, beside bare Node and
 * beside the same signals wired by hand. Rounds are interleaved and medians shown, so that other work on
 * the machine hits all alike; compare rows of one run, not runs. `--rounds 11` says how many.
 */
import { parseArgs } from 'node:util'
import { openCollector, openSentryIngest } from 'servicex/testing'
import { measureStart, type StartCost } from './startup/measure-start.ts'
import { openBenchApp } from './startup/open-bench-app.ts'
import { type Variant, VARIANTS } from './startup/variants.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '11' } } })
const rounds = Number(values.rounds)
const [collector, sentry] = await Promise.all([openCollector(), openSentryIngest()])
const app = openBenchApp()

try {
  const costs = await measureRounds()
  console.log(`Node ${process.versions.node}, ${rounds} interleaved rounds, medians\n`)
  console.log('| start | CPU ms until it listens | CPU ms until idle | RSS MB | modules |')
  console.log('|---|---:|---:|---:|---:|')
  for (const variant of VARIANTS)
    console.log(toRow(variant, costs.get(variant) ?? [], await countModules(variant)))
} finally {
  app.close()
  await Promise.all([collector.close(), sentry.close()])
}

async function measureRounds(): Promise<ReadonlyMap<Variant, readonly StartCost[]>> {
  const costs = new Map<Variant, StartCost[]>(VARIANTS.map((variant) => [variant, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of VARIANTS)
      costs.get(variant)?.push(await measureStart(app.folder, variant.words, envOf(variant)))
    console.error(`round ${round + 1} of ${rounds} done`)
  }
  return costs
}

/** Counting costs CPU, so it is a run of its own. */
async function countModules(variant: Variant): Promise<number> {
  const words = ['--import', './count-modules.mjs', ...variant.words]
  const { modules = 0 } = await measureStart(app.folder, words, envOf(variant))
  return modules
}

function envOf({ sends }: Variant): Readonly<Record<string, string>> {
  if (sends === 'nothing')
    return {
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    }
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    ...(sends === 'traces' ? {} : { SENTRY_DSN: sentry.dsn }),
  }
}

function toRow({ title }: Variant, costs: readonly StartCost[], modules: number): string {
  const median = (of: (cost: StartCost) => number): string => {
    const sorted = costs.map(of).toSorted((a, b) => a - b)
    return String(Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0))
  }
  const cells = [
    title,
    median(({ listeningCpuMs }) => listeningCpuMs),
    median(({ idleCpuMs }) => idleCpuMs),
    median(({ rssMb }) => rssMb),
    modules,
  ]
  return `| ${cells.join(' | ')} |`
}
