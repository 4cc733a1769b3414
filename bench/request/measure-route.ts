import { runRounds } from '../measure/rounds.ts'
import { median } from '../measure/statistics.ts'
import { checkDelivered, type Verdict } from './check-delivered.ts'
import { type AtRate, measureAtRate } from './measure-at-rate.ts'
import { type Cost, measureCost } from './measure-cost.ts'
import type { Route } from './routes.ts'
import { openSubject, type Subject } from './subject.ts'
import type { Variant } from './variants.ts'

/** How much to measure. */
export interface Plan {
  readonly rounds: number
  readonly warmUpRequests: number
  /** About how long a round lasts. */
  readonly roundSeconds: number
  /** How long a round at a fixed rate lasts. */
  readonly fixedRateSeconds: number
}

/** What was measured of one variant on one route. */
export interface VariantResult {
  readonly variant: Variant
  readonly costs: readonly Cost[]
  /** By rate, in the order of the route's; empty at one that the server cannot keep up with. */
  readonly atRates: readonly (readonly AtRate[])[]
  readonly rssMb: number
  readonly verdict: Verdict
}

/** What was measured of a route. */
export interface RouteResult {
  readonly route: Route
  /** Requests a second of the rounds at fixed rates. */
  readonly ratesPerSecond: readonly number[]
  readonly results: readonly VariantResult[]
}

type Measured = Subject & {
  readonly costs: Cost[]
  readonly atRates: AtRate[][]
  /** Of a round in the closed loop. */
  roundRequests: number
}

/**
 * Measures every variant on one route, in interleaved rounds: first each as fast as it
 * can, in a closed loop, then all at the same fixed rates, shares of what bare can do.
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
      subjects.push({ ...subject, costs: [], atRates: [], roundRequests: 0 })
    }
    for (const subject of subjects) await warmUp(subject, plan)
    for (const { program } of subjects) program.pause()
    await runRounds(`${route.title}, closed loop`, plan.rounds, subjects, (subject) =>
      whileAwake(subject, async () => {
        subject.costs.push(await measureCost(subject, subject.roundRequests))
      }),
    )
    const ratesPerSecond = toRates(route, subjects)
    for (const rate of ratesPerSecond) await measureRate(route, rate, subjects, plan)
    for (const { program } of subjects) program.resume()
    return { route, ratesPerSecond, results: await Promise.all(subjects.map(toResult)) }
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

/** The others stand still: they have timers, threads and agents of their own, and the processors are few. */
async function whileAwake({ program }: Measured, measure: () => Promise<void>): Promise<void> {
  program.resume()
  await measure()
  program.pause()
}

function toRates({ rateShares }: Route, subjects: readonly Measured[]): readonly number[] {
  const bare = subjects.filter(({ variant }) => variant.program === 'bare.mjs')
  const saturation = median(
    bare.flatMap(({ costs }) => costs.map((cost) => cost.requestsPerSecond)),
  )
  return rateShares.map((share) => saturation * share)
}

async function measureRate(
  { title }: Route,
  ratePerSecond: number,
  subjects: readonly Measured[],
  { rounds, fixedRateSeconds }: Plan,
): Promise<void> {
  for (const { atRates } of subjects) atRates.push([])
  const able = subjects.filter((subject) => canKeepUp(subject, ratePerSecond))
  const words = `${title}, ${Math.round(ratePerSecond)} requests a second`
  await runRounds(words, rounds, able, (subject) =>
    whileAwake(subject, async () => {
      subject.atRates.at(-1)?.push(await measureAtRate(subject, ratePerSecond, fixedRateSeconds))
    }),
  )
}

/** Latency of a server that is offered more than it can do says only how long one has waited. */
function canKeepUp({ costs }: Measured, ratePerSecond: number): boolean {
  return costs.some((cost) => cost.requestsPerSecond > ratePerSecond)
}

async function toResult(subject: Measured): Promise<VariantResult> {
  const { variant, costs, atRates, program } = subject
  const rssMb = (await program.ask<number>('rssBytes')) / 2 ** 20
  return { variant, costs, atRates, rssMb, verdict: await checkDelivered(subject) }
}
