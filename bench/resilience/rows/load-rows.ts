import { measureCpuRatio } from '../../client/cpu-ratio.ts'
import { FAULTS, type Fault, type Pods, slow, sometimes } from '../fault-pods.ts'
import { failures, successShare, tookMs } from '../load.ts'
import { ms, percent, type Row, type RowRun } from '../row.ts'
import { healthyP99Ms, load, RPS, SHORT_P99_MS, sum } from './load-pods.ts'

/** Rows of the table that are a load under a fault. */
export const LOAD_ROWS: readonly Row[] = [
  {
    number: 1,
    fault: '30 % of the replies are 503, GET',
    needs: 'success ≥ 83 %, requests per call ≤ 1.22, none refused',
    async measure(run) {
      const { calls, amplification } = await load(run, {
        faults: [sometimes(0.3, FAULTS.unavailable)],
        // 84 % are to be expected: of half as many calls, chance alone takes one run in forty below 83.
        seconds: run.short ? 4 : 60,
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
      const healthyMs = await healthyP99Ms(run)
      const { calls, amplification, lagMs } = await load(run, {
        faults: [sometimes(0.05, FAULTS.unavailable)],
        seconds: run.short ? 3 : 30,
      })
      const success = successShare(calls)
      const p99 = tookMs(calls, 0.99)
      return {
        figures: `${percent(success)}, ${amplification.toFixed(2)} requests, p99 ${ms(p99)}, healthy ${ms(healthyMs)}`,
        holds:
          success >= (run.short ? 0.995 : 0.999) &&
          amplification <= (run.short ? 1.1 : 1.07) &&
          p99 <= (run.short ? SHORT_P99_MS : healthyMs + 80 + lagMs),
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
          rare.healed >= 0.95 &&
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
  {
    number: 9,
    fault: 'all is well',
    needs: 'most / least share ≤ 1.6, one request per call, CPU ≤ 1.35 × undici.request',
    async measure(run) {
      const { calls, hits, amplification } = await load(run, {
        faults: [slow(3)],
        seconds: run.short ? 3 : 10,
      })
      const ratio = Math.max(...hits) / Math.max(1, Math.min(...hits))
      // Of the others `npm run bench:client` measures the CPU.
      const isMeasured = run.system.name === 'servicex' && !run.short
      const cpu = isMeasured ? await measureCpuRatio() : undefined
      const shown = cpu === undefined ? '' : `, CPU ${cpu.toFixed(2)} ×`
      return {
        figures: `${hits.join(' / ')}, ${amplification.toFixed(2)} requests, ${failures(calls)} failed${shown}`,
        holds: ratio <= 1.6 && amplification === 1 && failures(calls) === 0 && (cpu ?? 1) <= 1.35,
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
  const isRare = callsPerSecond < 100
  const healMs = isRare ? 6000 : 3000
  // Long enough that one call more or less decides nothing.
  const afterMs = isRare ? 20_000 : 3000
  const counted = { from: 0, to: 0 }
  const countAll = (pods: Pods): number => sum(pods.all.map(({ hits }) => hits))
  const fromMs = endMs - (run.short ? 4000 : 20_000)
  const { calls } = await load(run, {
    faults: [FAULTS.ok],
    seconds: (endMs + healMs + afterMs) / 1000,
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
