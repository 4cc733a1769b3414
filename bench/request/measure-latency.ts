import { GATEWAY_HEADERS } from '../load/gateway-headers.ts'
import { runFixedRate } from '../load/fixed-rate-load.ts'
import { quantile } from '../measure/statistics.ts'
import { noteAnswers, type Subject } from './subject.ts'

/** What one round at a fixed rate showed. */
export interface Latency {
  readonly p50Ms: number
  /** Infinity where the server did not keep up. */
  readonly p99Ms: number
  /** How late timers were, ms. */
  readonly loopDelayP99Ms: number
}

const CONNECTIONS = 50

/** Sends requests at a rate for some seconds, and gives how long they and the event loop took. */
export async function measureLatency(
  subject: Subject,
  ratePerSecond: number,
  seconds: number,
): Promise<Latency> {
  const { port, route, program } = subject
  const load = {
    port,
    path: route.path,
    headers: GATEWAY_HEADERS,
    connections: CONNECTIONS,
    ratePerSecond,
    seconds,
  }
  await program.ask('beginLoopDelay')
  const { latenciesMs, statuses } = await runFixedRate(load)
  const { p99Ms: loopDelayP99Ms } = await program.ask<{ p99Ms: number }>('endLoopDelay')
  noteAnswers(subject, statuses)
  return { p50Ms: quantile(latenciesMs, 0.5), p99Ms: quantile(latenciesMs, 0.99), loopDelayP99Ms }
}
