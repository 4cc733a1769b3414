/**
 * `npm run bench:metrics`: how long reading `/metrics` takes, and how long it blocks the event loop,
 * beside prom-client's own page of the same series. `--quick` for a first look.
 */
import { parseArgs } from 'node:util'
import {
  measureScrape,
  openRegistry,
  type Registry,
  type Scraped,
  type ScrapeCost,
} from './metrics/measure-scrape.ts'
import { describeScrapes } from './metrics/describe-scrapes.ts'
import { describeRun } from './measure/report.ts'
import { runRounds } from './measure/rounds.ts'

/** The first is the budget's; the second is one metric of every kind at its cap. */
const SERIES = [2_000, 34_000]

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const rounds = values.quick ? 10 : 40
const registries: readonly Registry[] = SERIES.flatMap((series) => [
  { title: 'servicex', program: 'servicex.mjs', packages: ['servicex'], series },
  { title: 'prom-client', program: 'prom-client.cjs', packages: ['prom-client'], series },
])
const opened: Scraped[] = []

try {
  for (const registry of registries) opened.push(await openRegistry(registry))
  const costs = new Map<Registry, ScrapeCost[]>(registries.map((registry) => [registry, []]))
  for (const scraped of opened) await measureScrape(scraped)
  await runRounds('/metrics', rounds, opened, async (scraped) => {
    costs.get(scraped.registry)?.push(await measureScrape(scraped))
  })
  console.log(`# A scrape\n\n${describeRun(rounds)}\n\n${describeScrapes(costs)}`)
} finally {
  await Promise.all(opened.map(({ close }) => close()))
}
