import { setTimeout as sleep } from 'node:timers/promises'
import { FAULTS, type Fault, openPods, type Pods } from '../fault-pods.ts'
import { type LoadedCall, runLoad, tookMs } from '../load.ts'
import { withLoopLag } from '../loop-lag.ts'
import type { RowRun } from '../row.ts'
import type { Caller } from '../system.ts'

/** Calls a second of a long run. */
export const RPS = 200
/** A short run shares its machine with other tests: it asks less of it, and of the times only that they are not out of bounds. */
const SHORT_RPS = 80
/** What a short run's p99 stays below. */
export const SHORT_P99_MS = 1500

/** A load of three pods. */
export interface LoadPlan {
  /** What each pod does; the last entry is that of all the rest. */
  readonly faults: readonly Fault[]
  readonly method?: 'get' | 'post'
  readonly seconds: number
  readonly callsPerSecond?: number
  readonly deadlineMs?: number
  readonly at?: (pods: Pods) => readonly (readonly [number, () => unknown])[]
  readonly prepare?: (pods: Pods) => Promise<unknown>
  /** How long connections have to end after the last call. */
  readonly settleMs?: number
}

/** What a load came to. */
export interface LoadEnd {
  readonly calls: readonly LoadedCall[]
  readonly hits: readonly number[]
  readonly amplification: number
  /** Connections that stayed. */
  readonly left: number
  /** The longest that this process stood still. */
  readonly lagMs: number
}

/** Runs a load of three pods. */
export async function load({ system, short }: RowRun, plan: LoadPlan): Promise<LoadEnd> {
  const pods = await openPods(3)
  for (const [index, pod] of pods.all.entries()) {
    pod.fault = plan.faults[index] ?? plan.faults.at(-1) ?? FAULTS.ok
  }
  await plan.prepare?.(pods)
  const caller: Caller = await system.open(pods)
  const method = plan.method ?? 'get'
  const { result: calls, lagMs } = await withLoopLag(() =>
    runLoad({
      callsPerSecond: plan.callsPerSecond ?? (short ? SHORT_RPS : RPS),
      seconds: plan.seconds,
      call: () => caller[method]({ deadlineMs: plan.deadlineMs ?? 5000 }),
      at: plan.at?.(pods) ?? [],
    }),
  )
  const hits = pods.all.map((pod) => pod.hits)
  const left = await socketsLeft(pods, plan.settleMs ?? 0)
  await caller.close()
  await pods.close()
  return { calls, hits, amplification: sum(hits) / calls.length, left, lagMs }
}

async function socketsLeft(pods: Pods, withinMs: number): Promise<number> {
  const count = (): number => sum(pods.all.map(({ sockets }) => sockets.size))
  const until = performance.now() + withinMs
  while (count() > 0 && performance.now() < until) await sleep(20)
  return count()
}

const healthy = new Map<string, number>()

/** Gives the p99 of calls of pods that are well, as measured of this system before. */
export async function healthyP99Ms(run: RowRun): Promise<number> {
  const key = `${run.system.name} ${run.short}`
  const known = healthy.get(key)
  if (known !== undefined) return known
  const { calls } = await load(run, { faults: [FAULTS.ok], seconds: run.short ? 1 : 10 })
  const p99 = tookMs(calls, 0.99)
  healthy.set(key, p99)
  return p99
}

/** Adds up. */
export function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
