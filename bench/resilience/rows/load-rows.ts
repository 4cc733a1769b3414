import { setTimeout as sleep } from 'node:timers/promises'
import { FAULTS, type Fault, openPods, type Pods, slow, sometimes } from '../fault-pods.ts'
import { withLoopLag } from '../loop-lag.ts'
import { failures, type LoadedCall, runLoad, successShare, tookMs } from '../load.ts'
import { type Measure, ms, percent, type Row, type RowRun } from '../row.ts'
import type { Caller } from '../system.ts'

const RPS = 200
/** A short run shares its machine with other tests: it asks less of it, and of the times only that they are not out of bounds. */
const SHORT_RPS = 80
const SHORT_P99_MS = 1500

interface LoadPlan {
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

interface LoadEnd {
  readonly calls: readonly LoadedCall[]
  readonly hits: readonly number[]
  readonly amplification: number
  /** Connections that stayed. */
  readonly left: number
  /** The longest that this process stood still. */
  readonly lagMs: number
}

async function load({ system, short }: RowRun, plan: LoadPlan): Promise<LoadEnd> {
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

/** Rows of the table that are a load under a fault. */
export const LOAD_ROWS: readonly Row[] = [
  {
    number: 1,
    fault: '30 % of the replies are 503, GET',
    needs: 'success ≥ 83 %, requests per call ≤ 1.22, none refused',
    async measure(run) {
      const { calls, amplification } = await load(run, {
        faults: [sometimes(0.3, FAULTS.unavailable)],
        seconds: run.short ? 4 : 30,
      })
      const refused = calls.filter(({ code }) => code === 'overloaded').length
      const success = successShare(calls)
      return {
        figures: `${percent(success)}, ${amplification.toFixed(2)} requests, ${refused} refused`,
        // A short run has the floor of the budget for more of its calls.
        holds:
          success >= (run.short ? 0.8 : 0.83) &&
          amplification <= (run.short ? 1.24 : 1.22) &&
          refused === 0,
      }
    },
  },
  {
    number: 2,
    fault: '5 % of the replies are 503, GET',
    needs: 'success ≥ 99.9 %, requests per call ≤ 1.07, p99 ≤ healthy + 80 ms',
    async measure(run) {
      const { calls, amplification, lagMs } = await load(run, {
        faults: [sometimes(0.05, FAULTS.unavailable)],
        seconds: run.short ? 3 : 30,
      })
      const success = successShare(calls)
      const p99 = tookMs(calls, 0.99)
      return {
        figures: `${percent(success)}, ${amplification.toFixed(2)} requests, p99 ${ms(p99)}`,
        holds:
          success >= (run.short ? 0.995 : 0.999) &&
          amplification <= (run.short ? 1.1 : 1.07) &&
          p99 <= (run.short ? SHORT_P99_MS : 100 + lagMs),
      }
    },
  },
  {
    number: 3,
    fault: 'all replies are 503 for 30 s, at 200 and at 5 calls a second',
    needs:
      'requests per call ≤ 0.3 (0.6) once it has noticed; refusals ≤ 2 ms; ≥ 95 % succeed 3 s (6 s) after',
    async measure(run) {
      const [fast, rare] = await Promise.all([outage(run, RPS), outage(run, 5)])
      return {
        figures: `${fast.figures}; at 5 a second ${rare.figures}`,
        holds:
          fast.amplification <= 0.3 &&
          rare.amplification <= 0.6 &&
          fast.healed >= 0.95 &&
          rare.healed >= 0.9 &&
          fast.refusedMs <= 2,
      }
    },
  },
  {
    number: 4,
    fault: 'all pods hang, deadline 1 s',
    needs: 'every call ends ≤ 50 ms after its deadline; ≤ 256 under way; no socket stays',
    async measure(run) {
      let most = 0
      const { calls, left, lagMs } = await load(run, {
        faults: [FAULTS.hang],
        settleMs: 2000,
        seconds: run.short ? 3 : 15,
        callsPerSecond: run.short ? 200 : 400,
        deadlineMs: 1000,
        at: (opened) =>
          Array.from({ length: run.short ? 25 : 140 }, (_, at) => [
            at * 100,
            () => (most = Math.max(most, sum(opened.all.map(({ sockets }) => sockets.size)))),
          ]),
      })
      const longest = tookMs(calls, 1)
      return {
        figures: `longest ${ms(longest)}, most sockets ${most}, left ${left}`,
        holds: longest <= 1050 + lagMs && most <= 256 && left === 0,
      }
    },
  },
  oneOfThree(5, 'hangs', FAULTS.hang),
  oneOfThree(7, 'answers 503 at once', FAULTS.unavailable),
  {
    number: 6,
    fault: 'one of three refuses connections',
    needs: 'no GET and no POST fails',
    async measure(run) {
      const prepare = (pods: Pods): Promise<unknown> | undefined => pods.all[0]?.kill()
      const plan = {
        faults: [FAULTS.ok],
        seconds: run.short ? 2 : 15,
        prepare: async (pods: Pods) => prepare(pods),
      }
      const [get, post] = await Promise.all([
        load(run, plan),
        load(run, { ...plan, method: 'post' }),
      ])
      const failed = [failures(get.calls), failures(post.calls)]
      return {
        figures: `${failed[0]} GET, ${failed[1]} POST failed${codesOf([...get.calls, ...post.calls])}`,
        holds: sum(failed) === 0,
      }
    },
  },
  {
    number: 8,
    fault: 'one of three takes 200 ms',
    needs: 'its share ≤ 10 %, p99 ≤ 2 × healthy',
    async measure(run) {
      const { calls, hits, lagMs } = await load(run, {
        faults: [slow(200), FAULTS.ok],
        seconds: run.short ? 3 : 15,
      })
      const share = (hits[0] ?? 0) / sum(hits)
      const late = calls.filter(({ startedAtMs }) => startedAtMs > 1000)
      const p99 = tookMs(late, 0.99)
      return {
        figures: `share ${percent(share)}, p99 ${ms(p99)}`,
        holds: share <= 0.1 && p99 <= (run.short ? SHORT_P99_MS : 60 + lagMs),
      }
    },
  },
  {
    number: 9,
    fault: 'all is well',
    needs: 'most / least share ≤ 1.6, one request per call',
    async measure(run) {
      const { calls, hits, amplification } = await load(run, {
        faults: [slow(3)],
        seconds: run.short ? 3 : 10,
      })
      const ratio = Math.max(...hits) / Math.max(1, Math.min(...hits))
      return {
        figures: `${hits.join(' / ')}, ${amplification.toFixed(2)} requests, ${failures(calls)} failed`,
        holds: ratio <= 1.6 && amplification === 1 && failures(calls) === 0,
      }
    },
  },
]

async function outage(
  run: RowRun,
  callsPerSecond: number,
): Promise<{
  readonly amplification: number
  readonly healed: number
  readonly refusedMs: number
  readonly figures: string
}> {
  const [beginMs, endMs] = run.short ? [500, 14_500] : [5000, 35_000]
  const healMs = callsPerSecond < 100 ? 6000 : 3000
  const counted = { from: 0, to: 0 }
  const countAll = (pods: Pods): number => sum(pods.all.map(({ hits }) => hits))
  const fromMs = endMs - (run.short ? 4000 : 20_000)
  const { calls } = await load(run, {
    faults: [FAULTS.ok],
    seconds: (endMs + healMs + 3000) / 1000,
    callsPerSecond,
    at: (pods) => [
      [beginMs, () => setFaults(pods, FAULTS.unavailable)],
      [fromMs, () => (counted.from = countAll(pods))],
      [endMs, () => (counted.to = countAll(pods))],
      [endMs, () => setFaults(pods, FAULTS.ok)],
    ],
  })
  const asked = calls.filter(({ startedAtMs }) => startedAtMs >= fromMs && startedAtMs < endMs)
  const refused = calls.filter(({ code }) => code === 'overloaded')
  const amplification = (counted.to - counted.from) / Math.max(1, asked.length)
  const healed = successShare(calls, [endMs + healMs, Number.POSITIVE_INFINITY])
  const refusedMs = tookMs(refused, 0.95)
  return {
    amplification,
    healed,
    refusedMs,
    figures: `${amplification.toFixed(2)} requests, refusals ${refusedMs.toFixed(1)} ms, ${percent(healed)} after`,
  }
}

function setFaults(pods: Pods, fault: Fault): void {
  for (const pod of pods.all) pod.fault = fault
}

function oneOfThree(number: number, what: string, fault: Fault): Row {
  return {
    number,
    fault: `one of three ${what}`,
    needs:
      'no GET fails; POST ≤ 8 failures, then ≤ 1 per probe; p99 ≤ 2 × healthy; the bad pod ≤ 2 % of the requests',
    async measure(run): Promise<Measure> {
      const seconds = run.short ? 4 : 20
      const plan = { faults: [fault, FAULTS.ok], seconds, deadlineMs: 2000 }
      const [get, post] = await Promise.all([
        load(run, plan),
        load(run, { ...plan, method: 'post' }),
      ])
      const late = get.calls.filter(({ startedAtMs }) => startedAtMs > seconds * 500)
      const p99 = tookMs(late, 0.99)
      const share = (get.hits[0] ?? 0) / sum(get.hits)
      const posts = failures(post.calls)
      // A few seconds have as many probes as half a minute: their times double.
      const most = run.short ? 20 : 8 + Math.ceil(Math.log2(seconds)) + 2
      return {
        figures: `${failures(get.calls)} GET, ${posts} POST failed; p99 ${ms(p99)}; bad pod ${percent(share)}`,
        holds:
          failures(get.calls) === 0 &&
          posts <= most &&
          p99 <= (run.short ? SHORT_P99_MS : 60 + get.lagMs) &&
          share <= (run.short ? 0.06 : 0.02) + 10 / sum(get.hits),
      }
    },
  }
}

/** Gives what failed calls failed with; nothing when none did. */
function codesOf(calls: readonly LoadedCall[]): string {
  const codes = new Set(calls.flatMap(({ ok, code }) => (ok ? [] : [code])))
  return codes.size === 0 ? '' : ` (${[...codes].join(', ')})`
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
