import { setTimeout as delay } from 'node:timers/promises'
import { readCpuMicros } from '../measure/cpu-time.ts'
import type { Program } from '../measure/program.ts'
import { ROUTES, type Route } from '../request/routes.ts'
import { openSubject } from '../request/subject.ts'
import type { Variant } from '../request/variants.ts'

/** What one start cost. */
export interface StartCost {
  /** CPU of the process until the server listened, ms; Node's own start included. */
  readonly listeningCpuMs: number
  /** CPU until nothing happened any more: what is loaded beside the app's own start is in it. */
  readonly idleCpuMs: number
  readonly rssMb: number
  /** Files loaded as modules; only where they were counted. */
  readonly moduleCount: number | undefined
}

const SAMPLE_MS = 100
const QUIET_SAMPLES = 5
const QUIET_CPU_MS = 1
const MAX_SAMPLES = 50

/** Starts a server of this variant, and gives what that cost. */
export async function measureStart(
  variant: Variant,
  nodeArgs: readonly string[] = [],
): Promise<StartCost> {
  const [hello] = ROUTES as readonly [Route]
  const { program, close } = await openSubject(variant, hello, { env: {}, nodeArgs })
  try {
    return {
      listeningCpuMs: Number(program.ready['listeningCpuMs']),
      idleCpuMs: await readIdleCpuMs(program),
      rssMb: (await program.ask<number>('rssBytes')) / 2 ** 20,
      moduleCount: await program.ask<number | undefined>('moduleCount'),
    }
  } finally {
    await close()
  }
}

/** Waits until five samples in a row have less than 1 ms of CPU each, or for 5 s. */
async function readIdleCpuMs(program: Program): Promise<number> {
  let last = (await readCpuMicros(program)) / 1000
  let quiet = 0
  for (let taken = 0; taken < MAX_SAMPLES && quiet < QUIET_SAMPLES; taken += 1) {
    await delay(SAMPLE_MS)
    const now = (await readCpuMicros(program)) / 1000
    quiet = now - last < QUIET_CPU_MS ? quiet + 1 : 0
    last = now
  }
  return last
}
