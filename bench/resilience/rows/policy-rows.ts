import { Ejection } from '../../../src/client/policies/ejection.ts'
import { EndpointPool } from '../../../src/client/policies/endpoint-pool.ts'
import { DEFAULT_SETTINGS } from '../../../src/client/policies/settings.ts'
import type { Row } from '../row.ts'
import { runSeeds } from '../seeds.ts'

const EXPECTED_SECONDS = [1, 2, 4, 8, 16, 32, 60, 60]

/** Rows of the table that are about policies on a clock of their own; the others have none. */
export const POLICY_ROWS: readonly Row[] = [
  {
    number: 27,
    only: 'servicex',
    fault: 'a pod fails always; two of three pods do',
    needs: 'one probe at a time; alone for 1, 2, 4, … 60 s; with two of three out, all are asked',
    measure() {
      const { seconds, probes } = ejectAgainAndAgain(EXPECTED_SECONDS.length)
      const panic = askedInPanic()
      const isRight = seconds.join() === EXPECTED_SECONDS.join() && probes === seconds.length
      return Promise.resolve({
        figures: `${probes} probes in ${seconds.length} times of ${seconds.join(', ')} s; ${panic} of 3 pods asked`,
        holds: isRight && panic === 3,
      })
    },
  },
  {
    number: 30,
    only: 'servicex',
    fault: 'random faults, loads and deadlines, on a simulated clock',
    needs:
      'retries of the 10 s before each ≤ a fifth of the calls, and 10; no call outlives its deadline',
    async measure({ short }) {
      const { seeds, calls, retries, beyondBudget, late, open } = await runSeeds(
        short ? 20 : 10_000,
      )
      return {
        figures: `${seeds} seeds, ${calls} calls, ${retries} retries: ${beyondBudget} beyond the budget, ${late + open} calls late`,
        holds: beyondBudget + late + open === 0 && retries > 0,
      }
    },
  },
]

/** A clock that is set by hand, and jitter that is none. */
function openClock(): { nowMs: number; readonly now: () => number; readonly random: () => number } {
  const clock = { nowMs: 0, now: () => clock.nowMs, random: () => 0.5 }
  return clock
}

/** Fails every call of one endpoint; gives how long it was left alone each time, and how many calls found out. */
function ejectAgainAndAgain(times: number): {
  readonly seconds: readonly number[]
  readonly probes: number
} {
  const clock = openClock()
  const ejection = new Ejection(DEFAULT_SETTINGS, clock)
  for (let call = 0; call < DEFAULT_SETTINGS.ejectAfter; call += 1) ejection.end(true, false)
  const seconds: number[] = []
  let probes = 0
  while (seconds.length < times) {
    const outAtMs = clock.nowMs
    while (ejection.state === 'out') clock.nowMs += 100
    seconds.push((clock.nowMs - outAtMs) / 1000)
    // Many calls at once: as many of them may find out as begin as a probe.
    probes += Array.from({ length: 100 }, () => ejection.begin()).filter(Boolean).length
    ejection.end(true, true)
  }
  return { seconds, probes }
}

/** Leaves two of three pods alone; gives how many are asked then. */
function askedInPanic(): number {
  const clock = openClock()
  let turn = 0
  const pool = new EndpointPool(DEFAULT_SETTINGS, {
    ...clock,
    random: () => ((turn += 1) % 7) / 7,
  })
  pool.update(['http://a', 'http://b', 'http://c'])
  for (const endpoint of pool.endpoints.slice(0, 2))
    for (let call = 0; call < DEFAULT_SETTINGS.ejectAfter; call += 1) endpoint.begin(clock)(true)
  const asked = Array.from({ length: 300 }, () => pool.pick(new Set())?.origin)
  return new Set(asked).size
}
