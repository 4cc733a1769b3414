import { setTimeout as delay } from 'node:timers/promises'
import { runFixedRate } from '../load/fixed-rate-load.ts'
import { GATEWAY_HEADERS } from '../load/gateway-headers.ts'
import { readCpuMicros } from '../measure/cpu-time.ts'
import { quantile } from '../measure/statistics.ts'
import { SETTLE_MS } from './measure-cost.ts'
import { noteAnswers, type Subject } from './subject.ts'

/** What one round at a fixed rate showed. */
export interface AtRate {
  /** CPU of the process for a request, µs. */
  readonly cpuMicros: number
  readonly p50Ms: number
  /** Infinity where the server did not keep up. */
  readonly p99Ms: number
  /** How late timers were, ms. */
  readonly loopDelayP99Ms: number
}

const CONNECTIONS = 50

/** Sends requests at a rate for some seconds, and gives what they cost and how long they and the event loop took. */
export async function measureAtRate(
  subject: Subject,
  ratePerSecond: number,
  seconds: number,
): Promise<AtRate> {
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
  const before = await readCpuMicros(program)
  const { latenciesMs, answers, statuses } = await runFixedRate(load)
  const { p99Ms: loopDelayP99Ms } = await program.ask<{ p99Ms: number }>('endLoopDelay')
  await delay(SETTLE_MS)
  const after = await readCpuMicros(program)
  noteAnswers(subject, statuses)
  return {
    cpuMicros: (after - before) / answers,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    loopDelayP99Ms,
  }
}
