import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findBinary } from './binary.ts'
import { findFreePort, makeDataFolder, startServer } from './server-process.ts'

/** Which pages Prometheus scrapes, and how often. */
export interface PrometheusOptions {
  /** `host:port` of each. */
  readonly targets: readonly string[]
  /** Default `/metrics`. */
  readonly metricsPath?: string
  /** Default 100. */
  readonly scrapeIntervalMs?: number
}

/** A Prometheus of this test's own. Its questions are answered from what it has scraped so far. */
export interface Prometheus {
  readonly url: string
  /** The instant vector of `expression`, now. */
  readonly query: (expression: string) => Promise<readonly PrometheusSample[]>
  /** The exemplars of the last ten minutes. */
  readonly queryExemplars: (expression: string) => Promise<readonly PrometheusExemplars[]>
  /** What it says of each target: up or down, and why. */
  readonly readTargets: () => Promise<readonly PrometheusTarget[]>
  readonly close: () => Promise<void>
}

/** One element of an instant vector. */
export interface PrometheusSample {
  readonly metric: Readonly<Record<string, string>>
  /** Unix seconds, and the value as text. */
  readonly value: readonly [number, string]
}

/** The exemplars of one series. */
export interface PrometheusExemplars {
  readonly seriesLabels: Readonly<Record<string, string>>
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>
    readonly value: string
    readonly timestamp: number
  }[]
}

/** One scraped address. */
export interface PrometheusTarget {
  readonly scrapeUrl: string
  readonly health: 'up' | 'down' | 'unknown'
  readonly lastError: string
}

const EXEMPLAR_WINDOW_SECONDS = 600

/**
 * Starts Prometheus on a free port, or resolves `undefined` where it is not installed.
 *
 * Its first scrape comes about 5 s after the start, however short the interval: that is how often
 * it looks for targets.
 */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus | undefined> {
  const command = findBinary('prometheus')
  if (command === undefined) return undefined
  const folder = makeDataFolder('prometheus')
  const configFile = join(folder, 'prometheus.yml')
  writeFileSync(configFile, toConfig(options))
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const server = await startServer({
    command,
    folder,
    args: [
      `--config.file=${configFile}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--enable-feature=exemplar-storage',
      '--log.level=warn',
    ],
    isReady: async () => (await fetch(`${url}/-/ready`)).ok,
  })
  return {
    url,
    query: async (expression) => {
      const data = await ask<{ result: PrometheusSample[] }>(url, 'query', { query: expression })
      return data.result
    },
    queryExemplars: (expression) => {
      const now = Date.now() / 1_000
      const window = { start: String(now - EXEMPLAR_WINDOW_SECONDS), end: String(now + 1) }
      return ask<PrometheusExemplars[]>(url, 'query_exemplars', { query: expression, ...window })
    },
    readTargets: async () => {
      const data = await ask<{ activeTargets: PrometheusTarget[] }>(url, 'targets', {})
      return data.activeTargets
    },
    close: server.close,
  }
}

/** JSON is YAML. */
function toConfig(options: PrometheusOptions): string {
  const { targets, metricsPath = '/metrics', scrapeIntervalMs = 100 } = options
  const interval = `${scrapeIntervalMs}ms`
  return JSON.stringify({
    global: { scrape_interval: interval, scrape_timeout: interval },
    scrape_configs: [
      { job_name: 'servicex', metrics_path: metricsPath, static_configs: [{ targets }] },
    ],
  })
}

async function ask<Data>(
  url: string,
  path: string,
  parameters: Record<string, string>,
): Promise<Data> {
  const response = await fetch(
    `${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`,
  )
  const answer = (await response.json()) as { status: string; data: Data; error?: string }
  if (answer.status !== 'success') throw new Error(`prometheus ${path}: ${answer.error}`)
  return answer.data
}
