import { type Exposition, parseExposition } from '../../src/wire/exposition.ts'
import { openAppFolder } from '../measure/app-folder.ts'
import { readCpuMicros } from '../measure/cpu-time.ts'
import { openProgram, type Program } from '../measure/program.ts'

/** One registry that can be scraped. */
export interface Registry {
  readonly title: string
  /** In registries/. */
  readonly program: string
  readonly packages: readonly string[]
  readonly series: number
}

/** A registry that runs. */
export interface Scraped {
  readonly registry: Registry
  readonly program: Program
  readonly close: () => Promise<void>
}

/** What one scrape cost. */
export interface ScrapeCost {
  /** From the request to the last byte. */
  readonly wallMs: number
  readonly cpuMs: number
  /** How late a timer of 1 ms came at worst. */
  readonly blockMs: number
}

/** What Prometheus sends. */
const ACCEPT =
  'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.1'

/** Starts a registry; the caller closes it. Throws when it has fewer series than it is to have. */
export async function openRegistry(registry: Registry): Promise<Scraped> {
  const folder = openAppFolder(registry.packages)
  const program = await openProgram({
    folder: folder.path,
    file: `metrics/registries/${registry.program}`,
    args: [String(registry.series)],
    env: { NODE_ENV: 'production', ADMIN_PORT: '0' },
  })
  const scraped: Scraped = {
    registry,
    program,
    close: () => program.close().then(folder.close),
  }
  const { samples }: Exposition = parseExposition(await scrape(scraped))
  const count = samples.filter(({ name }) => name.startsWith('bench_')).length
  if (count < registry.series * 0.99)
    throw new Error(`${registry.title}: ${count} of ${registry.series} series`)
  return scraped
}

/** Reads /metrics once, as Prometheus does. */
export async function measureScrape(scraped: Scraped): Promise<ScrapeCost> {
  const { program } = scraped
  await program.ask('beginLoopDelay')
  const cpuMicros = await readCpuMicros(program)
  const startedAt = performance.now()
  await scrape(scraped)
  const wallMs = performance.now() - startedAt
  const cpuMs = ((await readCpuMicros(program)) - cpuMicros) / 1000
  const { maxMs: blockMs } = await program.ask<{ maxMs: number }>('endLoopDelay')
  return { wallMs, cpuMs, blockMs }
}

async function scrape({ program }: Scraped): Promise<string> {
  const url = `http://127.0.0.1:${program.ready['port']}/metrics`
  const response = await fetch(url, { headers: { accept: ACCEPT } })
  return response.text()
}
