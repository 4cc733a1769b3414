import { type Connection, openConnection } from './connection.ts'

/** An open loop: requests arrive at a mean rate, whether or not the server keeps up. */
export interface FixedRate {
  readonly port: number
  readonly path: string
  readonly connections: number
  readonly ratePerSecond: number
  readonly seconds: number
}

/** What was seen at that rate. */
export interface FixedRateResult {
  readonly answers: number
  readonly statuses: Readonly<Record<string, number>>
  /** Time from when a request was due to its answer, waiting for a free connection included, ms. */
  readonly latenciesMs: readonly number[]
}

/** How long answers may still take after the last request was due. */
const GRACE_MS = 500

/** One state for every run: all servers see the same arrivals. */
const SEED = 0x9e3779b9

/**
 * Sends requests at times of a Poisson process, and resolves when all are answered. A server that does not
 * keep up is left alone after the last one was due: what it did not answer counts as Infinity.
 */
export async function runFixedRate(load: FixedRate): Promise<FixedRateResult> {
  const latenciesMs: number[] = []
  const statuses: Record<string, number> = {}
  const due: number[] = []
  const idle: (() => void)[] = []
  const done = Promise.withResolvers<void>()

  async function open(): Promise<Connection> {
    let dueAt = 0
    const connection = await openConnection({
      port: load.port,
      path: load.path,
      onError: done.reject,
      onAnswer: (status) => {
        statuses[status] = (statuses[status] ?? 0) + 1
        latenciesMs.push(performance.now() - dueAt)
        sendOrWait()
      },
    })
    function sendOrWait(): void {
      const next = due.shift()
      if (next === undefined) return void idle.push(sendOrWait)
      dueAt = next
      connection.send()
    }
    idle.push(sendOrWait)
    return connection
  }

  const connections = await Promise.all(Array.from({ length: load.connections }, open))
  const total = await arrive(load, (now) => {
    due.push(now)
    idle.pop()?.()
  })
  const deadline = performance.now() + GRACE_MS
  await Promise.race([
    done.promise,
    until(() => latenciesMs.length >= total || performance.now() > deadline),
  ])
  for (const connection of connections) connection.close()
  const answers = latenciesMs.length
  while (latenciesMs.length < total) latenciesMs.push(Infinity)
  return { answers, statuses, latenciesMs }
}

/** Calls `onArrival` at each arrival and resolves with their number. Spins: a timer's millisecond is too coarse. */
async function arrive(load: FixedRate, onArrival: (now: number) => void): Promise<number> {
  const random = xorshift(SEED)
  const end = performance.now() + load.seconds * 1000
  let next = performance.now()
  let total = 0
  await until(() => {
    const now = performance.now()
    for (; next <= Math.min(now, end); total += 1) {
      onArrival(now)
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
