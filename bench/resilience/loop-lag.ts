import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Gives what `work` came to, and the longest that the event loop stood still meanwhile, milliseconds: on a machine that does other things as well, a timer is late by that. */
export async function withLoopLag<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly lagMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const result = await work()
  delay.disable()
  return { result, lagMs: Math.max(0, delay.max / 1e6 - 5) }
}
