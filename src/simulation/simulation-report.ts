/** One call of a simulation. */
export interface SimulatedCall {
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** `refused` was never sent: the client itself had had enough. */
  readonly outcome: 'ok' | 'failed' | 'refused'
}

/** One request that reached a pod. */
export interface Arrival {
  readonly atMs: number
  readonly address: string
  readonly isRetry: boolean
}

/** What a simulation gave. */
export interface SimulationReport {
  /** In the order of their start. */
  readonly calls: readonly SimulatedCall[]
  /** Requests, in the order of their arrival. */
  readonly arrivals: readonly Arrival[]
  /** When each retry was decided; it is sent after its wait. */
  readonly retriesAtMs: readonly number[]
  readonly budgetDenied: number
  readonly ejections: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** Gives the part of the calls that started within a time and succeeded, 0 to 1. */
export function toSuccessShare(
  { calls }: Pick<SimulationReport, 'calls'>,
  [fromMs, toMs]: readonly [number, number] = [0, Number.POSITIVE_INFINITY],
): number {
  const within = calls.filter(({ startedAtMs }) => startedAtMs >= fromMs && startedAtMs < toMs)
  return within.filter(({ outcome }) => outcome === 'ok').length / Math.max(1, within.length)
}

/** Gives the requests that were sent for each call, within a time. */
export function toAmplification(
  { calls, arrivals }: Pick<SimulationReport, 'calls' | 'arrivals'>,
  [fromMs, toMs]: readonly [number, number] = [0, Number.POSITIVE_INFINITY],
): number {
  const sent = arrivals.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).length
  const asked = calls.filter(
    ({ startedAtMs }) => startedAtMs >= fromMs && startedAtMs < toMs,
  ).length
  return sent / Math.max(1, asked)
}

/** Gives how many requests each pod got. */
export function toHits({
  arrivals,
}: Pick<SimulationReport, 'arrivals'>): ReadonlyMap<string, number> {
  const byAddress = Map.groupBy(arrivals, ({ address }) => address)
  return new Map([...byAddress].map(([address, hits]) => [address, hits.length]))
}
