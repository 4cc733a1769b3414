import { runRounds } from '../measure/rounds.ts'
import { median } from '../measure/statistics.ts'
import { checkDelivered, type Verdict } from './check-delivered.ts'
import { type Cost, measureCost } from './measure-cost.ts'
import { type Latency, measureLatency } from './measure-latency.ts'
import type { Route } from './routes.ts'
import { openSubject, type Subject } from './subject.ts'
import type { Variant } from './variants.ts'

/** How much to measure. */
export interface Plan {
  readonly rounds: number
  readonly warmUpRequests: number
  /** About how long a round lasts. */
  readonly roundSeconds: number
  /** How long a round at a fixed rate lasts; 0 leaves it out. */
  readonly fixedRateSeconds: number
}

/** What was measured of one variant on one route. */
export interface VariantResult {
  readonly variant: Variant
  readonly costs: readonly Cost[]
  readonly latencies: readonly Latency[]
  readonly rssMb: number
  readonly verdict: Verdict
}

/** What was measured of a route. */
export interface RouteResult {
  readonly route: Route
  /** Requests per second of the rounds at a fixed rate. */
  readonly ratePerSecond: number
  readonly results: readonly VariantResult[]
}

/** Share of bare's saturation at which latency is measured. */
const FIXED_RATE_SHARE = 0.6

type Measured = Subject & {
  readonly costs: Cost[]
  readonly latencies: Latency[]
  /** Of a round in the closed loop. */
  roundRequests: number
}

/**
 * Measures every variant on one route, in interleaved rounds: first in a closed loop, for CPU, then at a
 * fixed rate, for latency.
 */
export async function measureRoute(
  route: Route,
  variants: readonly Variant[],
  env: Readonly<Record<string, string>>,
  plan: Plan,
): Promise<RouteResult> {
  const subjects: Measured[] = []
  try {
    for (const variant of variants) {
      const subject = await openSubject(variant, route, { env })
      subjects.push({ ...subject, costs: [], latencies: [], roundRequests: 0 })
    }
    for (const subject of subjects) await warmUp(subject, plan)
    await runRounds(`${route.title}, closed loop`, plan.rounds, subjects, async (subject) => {
      subject.costs.push(await measureCost(subject, subject.roundRequests))
    })
    const ratePerSecond = await measureLatencies(route, subjects, plan)
    return { route, ratePerSecond, results: await Promise.all(subjects.map(toResult)) }
  } finally {
    await Promise.all(subjects.map(({ close }) => close()))
  }
}

/** All rounds take about as long, whatever the server can do. */
async function warmUp(subject: Measured, { warmUpRequests, roundSeconds }: Plan): Promise<void> {
  await measureCost(subject, warmUpRequests)
  const { requestsPerSecond } = await measureCost(subject, warmUpRequests)
  subject.roundRequests = Math.ceil(requestsPerSecond * roundSeconds)
}

async function measureLatencies(
  route: Route,
  subjects: readonly Measured[],
  { rounds, fixedRateSeconds }: Plan,
): Promise<number> {
  const bare = subjects.filter(({ variant }) => variant.program === 'bare.mjs')
  const saturation = median(
    bare.flatMap(({ costs }) => costs.map((cost) => cost.requestsPerSecond)),
  )
  const ratePerSecond = saturation * FIXED_RATE_SHARE
  if (fixedRateSeconds === 0) return ratePerSecond
  const title = `${route.title}, ${Math.round(ratePerSecond)} requests a second`
  await runRounds(title, rounds, subjects, async (subject) => {
    if (canKeepUp(subject, ratePerSecond))
      subject.latencies.push(await measureLatency(subject, ratePerSecond, fixedRateSeconds))
  })
  return ratePerSecond
}

/** Latency of a server that is offered more than it can do says only how long one has waited. */
function canKeepUp({ costs }: Measured, ratePerSecond: number): boolean {
  return costs.some((cost) => cost.requestsPerSecond > ratePerSecond)
}

async function toResult(subject: Measured): Promise<VariantResult> {
  const { variant, costs, latencies, program } = subject
  const rssMb = (await program.ask<number>('rssBytes')) / 2 ** 20
  return { variant, costs, latencies, rssMb, verdict: await checkDelivered(subject) }
}
