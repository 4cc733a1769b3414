import { openPool } from './connection-pool.ts'
import { OwnStalls, STALL_MS } from './own-stalls.ts'

/** An open loop: requests arrive at a mean rate, whether or not the server keeps up. */
export interface FixedRate {
  readonly port: number
  readonly path: string
  readonly connections: number
  readonly ratePerSecond: number
  readonly seconds: number
  /** Further request headers, as they stand on the wire. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What was seen at that rate. */
export interface FixedRateResult {
  readonly statuses: Readonly<Record<string, number>>
  readonly answers: number
  /** From when a request was due to its answer, ms; Infinity for one that waited for a connection to the end. Without those that the load itself read late. */
  readonly latenciesMs: readonly number[]
}

/** How long requests that wait for a connection are still sent after the last was due. */
const GRACE_MS = 500

/** One seed for every run: all servers see the same arrivals. */
const SEED = 0x9e3779b9

/**
 * Sends requests at the times of a Poisson process, and resolves when all that were sent are answered. A
 * server that does not keep up is left alone soon after the last one was due.
 */
export async function runFixedRate(load: FixedRate): Promise<FixedRateResult> {
  const latenciesMs: number[] = []
  const statuses: Record<string, number> = {}
  const failure = Promise.withResolvers<never>()
  const { port, path, headers } = load
  const exchange = { port, path, headers, onError: failure.reject }
  const stalls = new OwnStalls()
  let answers = 0
  const pool = await openPool(load.connections, exchange, (status, latencyMs) => {
    answers += 1
    statuses[status] = (statuses[status] ?? 0) + 1
    if (!stalls.isLate()) latenciesMs.push(latencyMs)
  })
  const total = await arrive(load, stalls, pool.send)
  const deadline = performance.now() + GRACE_MS
  const isServed = until(() => {
    stalls.noteTurn()
    if (performance.now() > deadline) pool.dropWaiting()
    return pool.isIdle()
  })
  await Promise.race([failure.promise, isServed])
  pool.close()
  const unsent = Array.from({ length: total - answers }, () => Infinity)
  return { statuses, answers, latenciesMs: [...latenciesMs, ...unsent] }
}

/**
 * Calls `onArrival` at each arrival and resolves with their number. Spins: a timer's millisecond is too coarse. What
 * was due while this process stood still is left out: sent afterwards, all at once, it would be a burst that no client made.
 */
async function arrive(load: FixedRate, stalls: OwnStalls, onArrival: () => void): Promise<number> {
  const random = xorshift(SEED)
  const end = performance.now() + load.seconds * 1000
  let next = performance.now()
  let total = 0
  await until(() => {
    stalls.noteTurn()
    const now = performance.now()
    for (; next <= Math.min(now, end);) {
      if (now - next < STALL_MS) {
        onArrival()
        total += 1
      }
      next += (-Math.log(1 - random()) * 1000) / load.ratePerSecond
    }
    return now > end
  })
  return total
}

function until(isDone: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (isDone()) resolve()
      else setImmediate(check)
    }
    check()
  })
}

/** Marsaglia's xorshift32, as numbers from 0 to 1. */
function xorshift(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
