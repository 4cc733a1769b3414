import { publishHeld } from '../context/held-requests.ts'
import type { Notice, Signal } from '../context/facts.ts'

/** A timer counts whole milliseconds, so that it may fire a part of one before its time, ms. */
const TIMER_GRAIN_MS = 1

let ranOut = false

/** Says whether a flush of this process has run into its deadline: what is left then has had its time. */
export function hasRunOut(): boolean {
  return ranOut
}

/**
 * Delivers what every signal holds, side by side: one that fails or hangs does not keep the others.
 * The log comes last, because the others may have something to say, with what is left of the time.
 */
export async function flushAll(
  signals: readonly Signal[],
  deadlineMs: number,
  notice: Notice,
): Promise<void> {
  publishHeld()
  const startedAt = performance.now()
  const delivering = signals.filter(({ name }) => name !== 'logging')
  await Promise.allSettled(delivering.map((signal) => signal.flush(deadlineMs)))
  if (performance.now() - startedAt >= deadlineMs - TIMER_GRAIN_MS) {
    ranOut = true
    for (const { name, health } of delivering) {
      const left = health?.queued ?? 0
      if (left > 0)
        notice('warn', `${name}: ${left} were not delivered within ${deadlineMs} ms`, {
          signal: name,
        })
    }
  }
  const leftMs = Math.max(0, deadlineMs - (performance.now() - startedAt))
  await Promise.allSettled(linesOf(signals).map((signal) => signal.flush(leftMs)))
}

/** Writes out what lines wait, at once: where nothing asynchronous runs any more. */
export function flushLines(signals: readonly Signal[]): void {
  publishHeld()
  for (const signal of linesOf(signals)) void signal.flush(0)
}

function linesOf(signals: readonly Signal[]): readonly Signal[] {
  return signals.filter(({ name }) => name === 'logging')
}
