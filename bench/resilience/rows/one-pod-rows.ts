import { FAULTS, type Fault, type Pods, slow } from '../fault-pods.ts'
import { codesOf, failures, tookMs } from '../load.ts'
import { type Measure, ms, percent, type Row } from '../row.ts'
import { seenBy } from './name-rows.ts'
import { healthyP99Ms, load, SHORT_P99_MS, sum } from './load-pods.ts'

/** Rows of the table that are about one bad pod of three. */
export const ONE_POD_ROWS: readonly Row[] = [
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
      const healthyMs = await healthyP99Ms(run)
      const { calls, hits, lagMs } = await load(run, {
        faults: [slow(200), FAULTS.ok],
        seconds: run.short ? 3 : 15,
      })
      const share = (hits[0] ?? 0) / sum(hits)
      const late = calls.filter(({ startedAtMs }) => startedAtMs > 1000)
      const p99 = tookMs(late, 0.99)
      return {
        figures: `share ${percent(share)}, p99 ${ms(p99)}, healthy ${ms(healthyMs)}`,
        holds: share <= 0.1 && p99 <= (run.short ? SHORT_P99_MS : 2 * healthyMs + lagMs),
      }
    },
  },
]

function oneOfThree(number: number, what: string, fault: Fault): Row {
  return {
    number,
    fault: `one of three ${what}`,
    needs:
      'no GET fails; POST ≤ 8 failures, then ≤ 1 per probe; p99 ≤ 2 × healthy after a while; the bad pod ≤ 2 % of the requests',
    async measure(run): Promise<Measure> {
      const seconds = run.short ? 4 : 20
      const healthyMs = await healthyP99Ms(run)
      const plan = { faults: [fault, FAULTS.ok], seconds, deadlineMs: 2000 }
      const [get, post] = await Promise.all([
        load(run, plan),
        load(run, { ...plan, method: 'post' }),
      ])
      const late = get.calls.filter(({ startedAtMs }) => startedAtMs > seconds * 500)
      const p99 = tookMs(late, 0.99)
      const share = (get.hits[0] ?? 0) / sum(get.hits)
      const posts = failures(post.calls)
      // A pod that swallows connections needs a network of its own.
      const seen = number === 5 && !run.short ? await seenBy(run) : undefined
      const swallowed = (seen?.hole.get ?? 0) + (seen?.hole.post ?? 0)
      const shown = seen === undefined ? '' : `; ${swallowed} when it swallows connections`
      // A few seconds have as many probes as half a minute: their times double.
      const most = run.short ? 20 : 8 + Math.ceil(Math.log2(seconds)) + 2
      return {
        figures: `${failures(get.calls)} GET, ${posts} POST failed${codesOf([...get.calls, ...post.calls])}; p99 ${ms(p99)}, healthy ${ms(healthyMs)}; bad pod ${percent(share)}${shown}`,
        holds:
          failures(get.calls) === 0 &&
          posts <= most &&
          swallowed === 0 &&
          p99 <= (run.short ? SHORT_P99_MS : 2 * healthyMs + get.lagMs) &&
          share <= (run.short ? 0.06 : 0.02) + 10 / sum(get.hits),
      }
    },
  }
}
