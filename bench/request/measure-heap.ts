import { setTimeout as delay } from 'node:timers/promises'
import { GATEWAY_HEADERS } from '../load/gateway-headers.ts'
import { runLoad } from '../load/keep-alive-load.ts'
import { type Budget, describeRun, toBudgetTable, toFixed, toTable } from '../measure/report.ts'
import { slope } from '../measure/statistics.ts'
import { type Route, ROUTES } from './routes.ts'
import { openSubject, type Subject } from './subject.ts'
import { BARE, SERVICEX, type Variant } from './variants.ts'

/** The heap after garbage collection, at one time. */
type Point = readonly [minutes: number, kilobytes: number]

type Sampled = Subject & { readonly points: Point[] }

const SAMPLE_MS = 15_000
const REQUESTS_PER_SAMPLE = 20_000
const CONNECTIONS = 10

/** What waits for its batch is no growth. */
const SETTLE_MS = 500

/** Caches fill and code is compiled in the first part of a run. */
const WARM_UP_SHARE = 0.25

/** What still counts as no growth, kB a minute: one byte for about three requests. */
const LIMIT_KILOBYTES = 25

/** Loads bare Node and servicex for some minutes, and tells how their heaps after garbage collection grew. */
export async function measureHeap(
  minutes: number,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const [hello] = ROUTES as readonly [Route]
  const [bare] = BARE as readonly [Variant]
  const subjects: Sampled[] = []
  try {
    for (const variant of [bare, SERVICEX.full]) {
      const subject = await openSubject(variant, hello, { env, nodeArgs: ['--expose-gc'] })
      subjects.push({ ...subject, points: [] })
    }
    await takeSamples(subjects, minutes)
    return describe(subjects)
  } finally {
    await Promise.all(subjects.map(({ close }) => close()))
  }
}

async function takeSamples(subjects: readonly Sampled[], minutes: number): Promise<void> {
  const startedAt = performance.now()
  const elapsedMs = (): number => performance.now() - startedAt
  for (let next = SAMPLE_MS; elapsedMs() < minutes * 60_000; next += SAMPLE_MS) {
    for (const { port, route, program, sink, points } of subjects) {
      const load = { port, path: route.path, headers: GATEWAY_HEADERS, connections: CONNECTIONS }
      await runLoad({ ...load, requests: REQUESTS_PER_SAMPLE })
      await delay(SETTLE_MS)
      points.push([elapsedMs() / 60_000, (await program.ask<number>('heapAfterGc')) / 1024])
      sink.count()
    }
    console.error(`${toFixed(elapsedMs() / 60_000, 1)} of ${minutes} minutes`)
    await delay(Math.max(0, next - elapsedMs()))
  }
}

function describe(subjects: readonly Sampled[]): string {
  const growth = ({ points }: Sampled): number =>
    slope(points.slice(Math.ceil(points.length * WARM_UP_SHARE)))
  const budget: Budget = {
    what: 'growth of the heap after garbage collection, kB a minute',
    limit: LIMIT_KILOBYTES,
    measured: subjects.map(growth).at(-1),
    digits: 1,
  }
  const columns = [
    { head: 'server', toCell: ({ variant }: Sampled) => variant.title },
    { head: 'first MB', toCell: ({ points }: Sampled) => toMegabytes(points[0]) },
    { head: 'last MB', toCell: ({ points }: Sampled) => toMegabytes(points.at(-1)) },
    { head: 'kB a minute', toCell: (subject: Sampled) => toFixed(growth(subject), 1) },
  ]
  const samples = subjects[0]?.points.length ?? 0
  return `# The heap\n\n${describeRun(samples)}\n\n${toTable(columns, subjects)}\n\n${toBudgetTable([budget])}`
}

function toMegabytes(point: Point | undefined): string {
  return toFixed((point?.[1] ?? Number.NaN) / 1024, 2)
}
