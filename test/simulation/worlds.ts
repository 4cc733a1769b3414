import type { Behaviour } from '../../src/simulation/fault.ts'
import { seededRandom } from '../../src/simulation/seeded-random.ts'
import { type Simulation, simulate, toPodAddress } from '../../src/simulation/simulate.ts'
import type { SimulationReport } from '../../src/simulation/simulation-report.ts'

/** The address of the pod that has something wrong. */
export const BAD_POD: string = toPodAddress(0)

/** Chance of its own, so that what pods do does not depend on what clients do. */
const chance = seededRandom(99)

/** The reply of a pod that is well, after 2 to 8 ms. */
function well(): Behaviour {
  return { kind: 'ok', latencyMs: 2 + 6 * chance() }
}

/** A pod that answers 503 to a part of its requests. */
export function failing(share: number): Behaviour {
  return chance() < share ? { kind: 'unavailable', latencyMs: 2 } : well()
}

/** All pods do `behaviour` between two times, and are well before and after. */
export function during(
  [fromMs, toMs]: readonly [number, number],
  behaviour: Behaviour,
): Simulation['behave'] {
  return (_, nowMs) => (nowMs >= fromMs && nowMs < toMs ? behaviour : well())
}

/** One pod does `behaviour` always, the others are well. */
export function oneBad(behaviour: Behaviour): Simulation['behave'] {
  return (address) => (address === BAD_POD ? behaviour : well())
}

/** Runs GETs at 200 a second against three pods for 30 s, or what is said otherwise. */
export function run(simulation: Partial<Simulation>): Promise<SimulationReport> {
  return simulate({
    seed: 1,
    callsPerSecond: 200,
    pods: 3,
    seconds: 30,
    deadlineMs: 5000,
    repeatable: true,
    behave: well,
    ...simulation,
  })
}

/** Gives how many calls ended in a way. */
export function countOf({ calls }: SimulationReport, outcome: string): number {
  return calls.filter((call) => call.outcome === outcome).length
}
