import { openCollector, openSentryIngest, type FaultName } from 'servicex/testing'
import { keepAliveClients, startLoad } from '../../test/lifecycle/load.ts'
import { readLedger } from '../../test/lifecycle/metrics-page.ts'
import type { FamilyReport, FamilyRow, RunOptions } from './report.ts'
import { endApp, openServer, type ServingApp, startApp } from './start-app.ts'
import { type Variant, VARIANTS } from './variants.ts'

const COLLECTOR_FAULTS: FaultName[] = [
  'refused',
  'hang',
  '400',
  '429',
  '503',
  'reset',
  'drip',
  'huge',
]
const SENTRY_FAULTS: (FaultName | 'ok')[] = ['ok', '429', '500', 'hang', 'refused', 'reset']
const SECONDS = { long: 5, short: 1 }
const WARM_UP_MS = 1000
/** 12 clients that ask every 20 ms: up to 600 requests a second. */
const CLIENTS = { count: 12, pauseMs: 20 }

interface Faulted {
  readonly requests: number
  readonly failed: number
  readonly longestDelayMs: number
  readonly grownMb: number
  readonly accountedFor: string
  readonly exitMs: number
}

/** Loads a service whose collector fails in one way after the other, then ends it. */
export async function runCollector(options: RunOptions): Promise<FamilyReport> {
  const own: Faulted[] = []
  const rows: FamilyRow[] = []
  for (const variant of VARIANTS) {
    for (const fault of COLLECTOR_FAULTS) {
      const collector = await openCollector({ fault })
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '200' }
      const result = await load(variant, env, { path: '/', signal: 'tracing' }, options)
      await collector.close()
      if (variant.title === 'servicex') own.push(result)
      rows.push({ what: `${variant.title}: ${fault}`, cells: toCells(result) })
      options.tell(`collector, ${variant.title}: ${fault}`)
    }
  }
  return {
    title: 'Collector: eight ways to fail',
    how: `Each way for ${secondsOf(options)} s under load, then SIGTERM. Spans are accounted for when delivered, dropped, failed and waiting ones, on \`/metrics\`, are those of all requests.`,
    rows,
    targets: [
      { what: '0 failed requests', isMet: own.every(({ failed }) => failed === 0) },
      {
        what: 'every span is accounted for',
        isMet: own.every(({ accountedFor }) => accountedFor === 'all'),
      },
      { what: 'exit within 5.5 s', isMet: own.every(({ exitMs }) => exitMs <= 5500) },
    ],
  }
}

/** Loads a service whose Sentry fails in one way after the other; then crashes one. */
export async function runSentry(options: RunOptions): Promise<FamilyReport> {
  const own: (Faulted & { crashMs: number })[] = []
  const rows: FamilyRow[] = []
  for (const variant of VARIANTS) {
    for (const fault of SENTRY_FAULTS) {
      const sentry = await openSentryIngest(fault === 'ok' ? {} : { fault })
      const env = { SENTRY_DSN: sentry.dsn }
      const result = await load(variant, env, { path: '/error', signal: 'errors' }, options)
      const crashMs = await crash(variant, env)
      await sentry.close()
      if (variant.title === 'servicex') own.push({ ...result, crashMs })
      const cells = { ...toCells(result), 'crash to exit, ms': Math.round(crashMs) }
      rows.push({ what: `${variant.title}: ${fault}`, cells })
      options.tell(`sentry, ${variant.title}: ${fault}`)
    }
  }
  return {
    title: 'Sentry: six ways to answer',
    how: `Every request reports an error, for ${secondsOf(options)} s, then SIGTERM; and a process of its own throws in a timer.`,
    rows,
    targets: [
      { what: '0 failed requests', isMet: own.every(({ failed }) => failed === 0) },
      {
        what: 'every error is accounted for',
        isMet: own.every(({ accountedFor }) => accountedFor === 'all'),
      },
      {
        what: 'exit within 2.5 s of a crash',
        isMet: own.every(({ crashMs }) => crashMs <= 2500),
      },
    ],
  }
}

function secondsOf({ short }: RunOptions): number {
  return short ? SECONDS.short : SECONDS.long
}

function toCells(result: Faulted): FamilyRow['cells'] {
  return {
    requests: result.requests,
    failed: result.failed,
    'longest delay of the loop, ms': Math.round(result.longestDelayMs),
    'RSS grown, MB': Math.round(result.grownMb),
    'accounted for': result.accountedFor,
    'SIGTERM to exit, ms': Math.round(result.exitMs),
  }
}

async function load(
  variant: Variant,
  env: Readonly<Record<string, string>>,
  { path, signal }: { path: string; signal: string },
  options: RunOptions,
): Promise<Faulted> {
  const app = await openServer(variant, { env })
  // What is loaded beside the start is loaded by then.
  const warmUp = startLoad(keepAliveClients(app.port, 2), CLIENTS.pauseMs)
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS))
  await warmUp.stop()
  await readDelayMs(app)
  const beforeMb = app.rssMb()
  const clients = startLoad(keepAliveClients(app.port, CLIENTS.count, path), CLIENTS.pauseMs)
  await new Promise((resolve) => setTimeout(resolve, secondsOf(options) * 1000))
  await clients.stop()
  const longestDelayMs = await readDelayMs(app)
  const grownMb = app.rssMb() - beforeMb
  // The warm-up's requests and the two for the delay are spans too.
  const made = clients.answers + (signal === 'tracing' ? warmUp.answers + 2 : 0)
  const accountedFor = variant.counts ? await account(app, signal, made) : 'not counted'
  const { tookMs: exitMs } = await endApp(app, 'SIGTERM')
  const { answers, failures } = clients
  return {
    requests: answers + failures.length,
    failed: failures.length,
    longestDelayMs,
    grownMb,
    accountedFor,
    exitMs,
  }
}

async function readDelayMs({ port }: ServingApp): Promise<number> {
  return Number(await (await fetch(`http://127.0.0.1:${port}/delay`)).text())
}

async function account({ adminUrl }: ServingApp, signal: string, made: number): Promise<string> {
  const { delivered, dropped, failed, queued } = await readLedger(adminUrl, signal)
  const known = delivered + dropped + failed + queued
  return known === made ? 'all' : `${known} of ${made}`
}

/** Gives the milliseconds between the last line of a process that throws and its end. */
async function crash(variant: Variant, env: Readonly<Record<string, string>>): Promise<number> {
  const app = startApp(variant, 'a throw in a timer', { env })
  const saidAt = app.lastLineAt()
  const timer = setTimeout(() => app.kill('SIGKILL'), 15_000)
  await app.ended
  clearTimeout(timer)
  return performance.now() - (await saidAt)
}
