import type { Behaviour } from '../../src/simulation/fault.ts'
import { seededRandom } from '../../src/simulation/seeded-random.ts'
import { type Simulation, simulate } from '../../src/simulation/simulate.ts'
import type { SimulationReport } from '../../src/simulation/simulation-report.ts'

const WINDOW_MS = 10_000
const BUDGET_RATIO = 0.2
const BUDGET_FLOOR = 10
/** Times are sums of fractions. */
const ROUNDING_MS = 1e-6

/** What a number of random worlds came to. */
export interface SeedsReport {
  readonly seeds: number
  readonly calls: number
  readonly retries: number
  /** Retries that the 10 s before them had no budget for. */
  readonly beyondBudget: number
  /** Calls that ended after their deadline. */
  readonly late: number
  /** Calls that never ended. */
  readonly open: number
  /** The first seed that broke a promise. */
  readonly brokenSeed: number | undefined
}

/**
 * Simulates one random world a seed, from `firstSeed` on: pods, load, deadline and faults are drawn,
 * a fault for each pod and slice of time. Counts what must never be.
 */
export async function runSeeds(seeds: number, firstSeed = 0): Promise<SeedsReport> {
  const total = { calls: 0, retries: 0, beyondBudget: 0, late: 0, open: 0 }
  let brokenSeed: number | undefined
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const { world, starts } = toWorld(seed)
    const report = await simulate(world)
    const ended = report.calls.length
    const late = report.calls.filter(
      ({ startedAtMs, endedAtMs }) => endedAtMs - startedAtMs > world.deadlineMs + ROUNDING_MS,
    ).length
    const beyondBudget = countBeyondBudget(report)
    const open = starts() - ended
    total.calls += ended
    total.retries += report.retriesAtMs.length
    total.late += late
    total.beyondBudget += beyondBudget
    total.open += open
    if (late + beyondBudget + open > 0) brokenSeed ??= seed
  }
  return { seeds, ...total, brokenSeed }
}

/** Gives the world of a seed, and how many calls it began. */
function toWorld(seed: number): { readonly world: Simulation; readonly starts: () => number } {
  const random = seededRandom(seed * 2 + 1)
  const between = (from: number, to: number): number => from + (to - from) * random()
  const sliceMs = between(200, 4000)
  const wellShare = random()
  const faults = new Map<string, () => Behaviour>()
  const behave = (address: string, nowMs: number): Behaviour => {
    const slice = `${address} ${Math.floor(nowMs / sliceMs)}`
    const fault = faults.get(slice) ?? drawFault(random, wellShare)
    faults.set(slice, fault)
    return fault()
  }
  const world: Simulation = {
    seed,
    callsPerSecond: between(1, 60),
    pods: Math.ceil(between(0, 6)),
    seconds: 14,
    deadlineMs: between(100, 5000),
    repeatable: random() < 0.8,
    behave,
  }
  return { world, starts: () => countStarts(world) }
}

/** Gives what a pod does for a while: well, broken in one way, or broken in part. */
function drawFault(random: () => number, wellShare: number): () => Behaviour {
  const well = (): Behaviour => ({ kind: 'ok', latencyMs: 1 + 20 * random() })
  if (random() < wellShare) return well
  const kinds: readonly (() => Behaviour)[] = [
    () => ({ kind: 'hang' }),
    () => ({ kind: 'refuse' }),
    () => ({ kind: 'reset', latencyMs: 20 * random() }),
    () => ({ kind: 'ok', latencyMs: 3000 * random() }),
    () => ({ kind: 'unavailable', latencyMs: 5 * random() }),
    () => ({ kind: 'unavailable', latencyMs: 1, retryAfterMs: 2000 * random() }),
    () => ({ kind: 'unavailable', latencyMs: 1, retrySafe: true }),
    () => ({ kind: 'unavailable', latencyMs: 1, pushbackMs: random() < 0.5 ? -1 : 500 }),
  ]
  const broken = kinds[Math.floor(random() * kinds.length)] ?? well
  const brokenShare = random() < 0.5 ? 1 : random()
  return () => (random() < brokenShare ? broken() : well())
}

/** Calls come at times that depend on the seed alone: the simulation draws them first. */
function countStarts({ seed, callsPerSecond, seconds }: Simulation): number {
  const random = seededRandom(seed)
  let count = 0
  for (let atMs = 0; ;) {
    atMs += (-Math.log(1 - random()) / callsPerSecond) * 1000
    if (atMs >= seconds * 1000) return count
    count += 1
  }
}

/** Counts the retries that were more than the budget of the 10 s that end with them. */
function countBeyondBudget({ calls, retriesAtMs }: SimulationReport): number {
  let [beyond, firstRetry, firstCall, nextCall] = [0, 0, 0, 0]
  for (const [index, atMs] of retriesAtMs.entries()) {
    while ((retriesAtMs[firstRetry] ?? atMs) <= atMs - WINDOW_MS) firstRetry += 1
    while ((calls[firstCall]?.startedAtMs ?? atMs) <= atMs - WINDOW_MS) firstCall += 1
    while ((calls[nextCall]?.startedAtMs ?? Infinity) <= atMs) nextCall += 1
    const granted = BUDGET_RATIO * (nextCall - firstCall) + BUDGET_FLOOR
    if (index + 1 - firstRetry > granted) beyond += 1
  }
  return beyond
}
