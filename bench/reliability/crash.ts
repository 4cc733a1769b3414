import { openCollector, openSentryIngest } from 'servicex/testing'
import type { FamilyReport, FamilyRow, RunOptions } from './report.ts'
import { startApp } from './start-app.ts'
import { type Variant, VARIANTS } from './variants.ts'

/** The ways to end, with the exit code that says so. */
const ENDS = [
  ['a throw in a timer', 1],
  ['an unhandled rejection', 1],
  ['a throw in a request', 1],
  ['a throw in a worker thread', 1],
  ['process.exit(3)', 3],
  ['a natural end', 0],
] as const

const RUNS = { long: { servicex: 34, 'by hand': 6 }, short: { servicex: 2, 'by hand': 1 } }
/** Ends at a time: there are as many cores. */
const AT_ONCE = 2
/** After that a process has not ended by itself. */
const LIMIT_MS = 8000

interface Ended {
  readonly hasLine: boolean
  readonly hasEvent: boolean
  readonly hasSpan: boolean
  readonly hasCode: boolean
  readonly tookMs: number
}

/** Ends processes in six ways, and looks for the last line, the last error and the last span of each. */
export async function runCrash({ short, tell }: RunOptions): Promise<FamilyReport> {
  const rows: FamilyRow[] = []
  const own: Ended[] = []
  for (const variant of VARIANTS) {
    const counts: Readonly<Record<string, number>> = short ? RUNS.short : RUNS.long
    const runs = counts[variant.title] ?? 1
    for (const [how, code] of ENDS) {
      const ended: Ended[] = []
      let left = runs
      const worker = async (): Promise<void> => {
        while ((left -= 1) >= 0) ended.push(await runEnd(variant, how, code))
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
      if (variant.title === 'servicex') own.push(...ended)
      rows.push({ what: `${variant.title}: ${how}`, cells: toCells(ended) })
      tell(`crash, ${variant.title}: ${how}`)
    }
  }
  const all = (has: (ended: Ended) => boolean): number => own.filter(has).length / own.length
  return {
    title: 'Crash: last line, last error, last span',
    how: 'A process makes a span and a line, throws or reports an error, and ends at once, before any batch was due. `ended by itself` is within 8 s. Times are from start to end, the loading of everything included.',
    rows,
    targets: [
      {
        what: `every last line and every error event of ${own.length} ends arrives`,
        isMet: all(({ hasLine }) => hasLine) === 1 && all(({ hasEvent }) => hasEvent) === 1,
      },
      { what: '99 % of the last spans arrive', isMet: all(({ hasSpan }) => hasSpan) >= 0.99 },
      { what: 'every exit code says what happened', isMet: all(({ hasCode }) => hasCode) === 1 },
    ],
  }
}

function toCells(ended: readonly Ended[]): FamilyRow['cells'] {
  const share = (has: (one: Ended) => boolean): string =>
    `${ended.filter(has).length} of ${ended.length}`
  return {
    'last line': share(({ hasLine }) => hasLine),
    'error event': share(({ hasEvent }) => hasEvent),
    'last span': share(({ hasSpan }) => hasSpan),
    'exit code': share(({ hasCode }) => hasCode),
    'ended by itself': share(({ tookMs }) => tookMs < LIMIT_MS),
    'slowest, ms': Math.round(Math.max(...ended.map(({ tookMs }) => tookMs))),
  }
}

async function runEnd(variant: Variant, how: string, code: number): Promise<Ended> {
  const [collector, sentry] = await Promise.all([openCollector(), openSentryIngest()])
  const startedAt = performance.now()
  const app = startApp(variant, how, {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, SENTRY_DSN: sentry.dsn },
  })
  const timer = setTimeout(() => app.kill('SIGKILL'), LIMIT_MS)
  const exit = await app.ended
  clearTimeout(timer)
  const tookMs = performance.now() - startedAt
  const isError = how.includes('throw') || how.includes('rejection')
  const lines = app.output()
  const ended: Ended = {
    hasLine: lines.includes('last line') && (!isError || lines.includes('last error')),
    hasEvent: sentry.events.some(
      ({ exception }) => exception?.values?.some(({ value }) => value === 'last error') === true,
    ),
    hasSpan: collector.spans.some(({ name }) => name === 'last span'),
    hasCode: exit === code,
    tookMs,
  }
  await Promise.all([collector.close(), sentry.close()])
  return ended
}
