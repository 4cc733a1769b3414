import { setTimeout as delay } from 'node:timers/promises'
import { GATEWAY_HEADERS } from '../load/gateway-headers.ts'
import { runLoad } from '../load/keep-alive-load.ts'
import { readCpuMicros } from '../measure/cpu-time.ts'
import { noteAnswers, type Subject } from './subject.ts'

/** What one round of a closed loop cost the server. */
export interface Cost {
  /** CPU of the process for a request, µs. */
  readonly cpuMicros: number
  readonly requestsPerSecond: number
}

const CONNECTIONS = 10

/** The rest of a batch leaves in this time (schedule delays are set to 200 ms): its cost belongs to the round. */
export const SETTLE_MS = 300

/** Sends requests as fast as they are answered, and gives what each cost the server. */
export async function measureCost(subject: Subject, requests: number): Promise<Cost> {
  const { port, route, program } = subject
  const before = await readCpuMicros(program)
  const load = {
    port,
    path: route.path,
    headers: GATEWAY_HEADERS,
    connections: CONNECTIONS,
    requests,
  }
  const { wallMs, answers, statuses } = await runLoad(load)
  await delay(SETTLE_MS)
  noteAnswers(subject, statuses)
  return {
    cpuMicros: ((await readCpuMicros(program)) - before) / answers,
    requestsPerSecond: (answers / wallMs) * 1000,
  }
}
