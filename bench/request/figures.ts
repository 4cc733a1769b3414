import { halfSpread, mean, median, quantile } from '../measure/statistics.ts'
import type { AtRate } from './measure-at-rate.ts'
import type { RouteResult, VariantResult } from './measure-route.ts'

/** The figures of one variant on one route. */
export interface Figures extends Comparison {
  readonly title: string
  readonly p25Micros: number
  readonly spreadMicros: number
  /** By rate, in the order of the route's. */
  readonly atRates: readonly RateFigures[]
  readonly rssMb: number
  readonly delivered: string
}

/** The figures of one variant at a fixed rate; NaN where it could not keep up. */
export interface RateFigures extends Comparison {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly loopDelayP99Ms: number
}

/** CPU of a request, beside bare's of the same rounds. */
interface Comparison {
  readonly medianMicros: number
  readonly overBareMicros: number
  readonly timesBare: number
}

/** Gives the figures of every variant; each round is compared with the bare servers of that round. */
export function toFigures({ results }: RouteResult): readonly Figures[] {
  const bare = results.filter(({ variant }) => variant.program === 'bare.mjs')
  return results.map((result) => toRow(result, bare))
}

function toRow(result: VariantResult, bare: readonly VariantResult[]): Figures {
  const { variant, costs, atRates, rssMb, verdict } = result
  const micros = costs.map(({ cpuMicros }) => cpuMicros)
  return {
    title: variant.title,
    p25Micros: quantile(micros, 0.25),
    spreadMicros: halfSpread(micros),
    ...compare(
      costs,
      bare.map((other) => other.costs),
    ),
    atRates: atRates.map((rounds, rate) =>
      toRateFigures(
        rounds,
        bare.map((other) => other.atRates[rate] ?? []),
      ),
    ),
    rssMb,
    delivered: verdict.delivered,
  }
}

function toRateFigures(
  rounds: readonly AtRate[],
  bare: readonly (readonly AtRate[])[],
): RateFigures {
  return {
    ...compare(rounds, bare),
    p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
    loopDelayP99Ms: median(rounds.map(({ loopDelayP99Ms }) => loopDelayP99Ms)),
  }
}

interface Round {
  readonly cpuMicros: number
}

function compare(rounds: readonly Round[], bare: readonly (readonly Round[])[]): Comparison {
  const micros = rounds.map(({ cpuMicros }) => cpuMicros)
  const perRound = micros.map((cpu, round) => {
    const bareCpu = mean(bare.map((costs) => costs[round]?.cpuMicros ?? Number.NaN))
    return { over: cpu - bareCpu, times: cpu / bareCpu }
  })
  return {
    medianMicros: median(micros),
    overBareMicros: median(perRound.map(({ over }) => over)),
    timesBare: median(perRound.map(({ times }) => times)),
  }
}
