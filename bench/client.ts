/**
 * `npm run bench:client`: what an outgoing call costs the process that makes it, by client, with and
 * without servicex. `--quick` for a first look. Fails when an observed call is not a span.
 */
import { parseArgs } from 'node:util'
import { type Caller, CALLERS } from './client/callers.ts'
import { describeCalls } from './client/describe-calls.ts'
import {
  assertObserved,
  type Calling,
  measureCalls,
  openCaller,
  WARM_CALLS,
} from './client/measure-calls.ts'
import { openUpstream } from './load/upstream.ts'
import { describeRun } from './measure/report.ts'
import { runRounds } from './measure/rounds.ts'

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const [rounds, calls, warmCalls] = values.quick ? [3, 1_000, 1_000] : [8, 10_000, WARM_CALLS]
const upstream = await openUpstream()
const opened: Calling[] = []

try {
  for (const caller of CALLERS) opened.push(await openCaller(caller, upstream.url))
  const costs = new Map<Caller, number[]>(CALLERS.map((caller) => [caller, []]))
  for (const calling of opened) await measureCalls(calling, warmCalls)
  await runRounds('calls', rounds, opened, async (calling) => {
    costs.get(calling.caller)?.push(await measureCalls(calling, calls))
  })
  for (const calling of opened) await assertObserved(calling)
  console.log(`# An outgoing call\n\n${describeRun(rounds)}\n\n${describeCalls(costs)}`)
} finally {
  await Promise.all(opened.map(({ close }) => close()))
  upstream.close()
}
