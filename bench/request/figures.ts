import { halfSpread, mean, median, quantile } from '../measure/statistics.ts'
import type { RouteResult, VariantResult } from './measure-route.ts'

/** The figures of one variant on one route. */
export interface Figures {
  readonly title: string
  /** CPU of a request, µs. */
  readonly p25Micros: number
  readonly medianMicros: number
  readonly spreadMicros: number
  /** Over what bare cost in the same round, and times that. */
  readonly overBareMicros: number
  readonly timesBare: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly loopDelayP99Ms: number
  readonly rssMb: number
  readonly delivered: string
}

/** Gives the figures of every variant; each round is compared with the bare servers of that round. */
export function toFigures({ results }: RouteResult): readonly Figures[] {
  const bare = results.filter(({ variant }) => variant.program === 'bare.mjs')
  return results.map((result) => toRow(result, bare))
}

function toRow(result: VariantResult, bare: readonly VariantResult[]): Figures {
  const { variant, costs, latencies, rssMb, verdict } = result
  const micros = costs.map(({ cpuMicros }) => cpuMicros)
  const bareMicros = micros.map((_, round) =>
    mean(bare.map(({ costs }) => costs[round]?.cpuMicros ?? Number.NaN)),
  )
  const perRound = micros.map((cpu, round) => [cpu, bareMicros[round] ?? Number.NaN] as const)
  return {
    title: variant.title,
    p25Micros: quantile(micros, 0.25),
    medianMicros: median(micros),
    spreadMicros: halfSpread(micros),
    overBareMicros: median(perRound.map(([cpu, bareCpu]) => cpu - bareCpu)),
    timesBare: median(perRound.map(([cpu, bareCpu]) => cpu / bareCpu)),
    p50Ms: median(latencies.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(latencies.map(({ p99Ms }) => p99Ms)),
    loopDelayP99Ms: median(latencies.map(({ loopDelayP99Ms }) => loopDelayP99Ms)),
    rssMb,
    delivered: verdict.delivered,
  }
}
