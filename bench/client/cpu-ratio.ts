import { openUpstream } from '../load/upstream.ts'
import { runRounds } from '../measure/rounds.ts'
import { median } from '../measure/statistics.ts'
import { BALANCED, type Caller, RAW } from './callers.ts'
import { type Calling, measureCalls, openCaller, WARM_CALLS } from './measure-calls.ts'

const ROUNDS = 12
const CALLS = 10_000

/** Gives the CPU of a call with every policy on as a multiple of `undici.request`: the median of paired rounds. */
export async function measureCpuRatio(): Promise<number> {
  const upstream = await openUpstream()
  const opened: Calling[] = []
  try {
    for (const caller of [RAW, BALANCED]) opened.push(await openCaller(caller, upstream.url))
    const costs = new Map<Caller, number[]>([
      [RAW, []],
      [BALANCED, []],
    ])
    for (const calling of opened) await measureCalls(calling, WARM_CALLS)
    await runRounds('CPU', ROUNDS, opened, async (calling) => {
      costs.get(calling.caller)?.push(await measureCalls(calling, CALLS))
    })
    const raw = costs.get(RAW) ?? []
    return median((costs.get(BALANCED) ?? []).map((cost, round) => cost / (raw[round] ?? NaN)))
  } finally {
    await Promise.all(opened.map(({ close }) => close()))
    upstream.close()
  }
}
