import { setTimeout as sleep } from 'node:timers/promises'
import type { Ended } from './system.ts'

/** One call of a load. */
export interface LoadedCall extends Ended {
  /** Milliseconds since the load began. */
  readonly startedAtMs: number
  readonly tookMs: number
}

/** A load: calls at random times, as they come in life, whether or not earlier ones have ended. */
export interface Load {
  readonly callsPerSecond: number
  readonly seconds: number
  readonly call: () => Promise<Ended>
  /** Called when the load is so far. */
  readonly at?: readonly (readonly [ms: number, work: () => unknown])[]
}

/** Runs a load and resolves with its calls when the last has ended. */
export async function runLoad({
  callsPerSecond,
  seconds,
  call,
  at = [],
}: Load): Promise<readonly LoadedCall[]> {
  const began = performance.now()
  const timers = at.map(([ms, work]) => setTimeout(work, ms))
  const calls: Promise<LoadedCall>[] = []
  let nextMs = 0
  for (;;) {
    nextMs += (-Math.log(1 - Math.random()) / callsPerSecond) * 1000
    if (nextMs >= seconds * 1000) break
    const waitMs = began + nextMs - performance.now()
    if (waitMs > 1) await sleep(waitMs)
    calls.push(timed(call, began))
  }
  const ended = await Promise.all(calls)
  for (const timer of timers) clearTimeout(timer)
  return ended
}

async function timed(call: () => Promise<Ended>, began: number): Promise<LoadedCall> {
  const startedAt = performance.now()
  const ended = await call()
  return { ...ended, startedAtMs: startedAt - began, tookMs: performance.now() - startedAt }
}

/** Gives the part of the calls that succeeded; only of those that began within a time, if one is given. */
export function successShare(
  calls: readonly LoadedCall[],
  [from, to]: readonly [number, number] = [0, Number.POSITIVE_INFINITY],
): number {
  const within = calls.filter(({ startedAtMs }) => startedAtMs >= from && startedAtMs < to)
  return within.filter(({ ok }) => ok).length / Math.max(1, within.length)
}

/** Gives how many calls failed. */
export function failures(calls: readonly LoadedCall[]): number {
  return calls.filter(({ ok }) => !ok).length
}

/** Gives the time that a part of the calls stays below, milliseconds; 0.99 for most. */
export function tookMs(calls: readonly LoadedCall[], share: number): number {
  const sorted = calls.map((call) => call.tookMs).toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0
}

/** Gives what failed calls failed with; nothing when none did. */
export function codesOf(calls: readonly LoadedCall[]): string {
  const codes = new Set(calls.flatMap(({ ok, code }) => (ok ? [] : [code])))
  return codes.size === 0 ? '' : ` (${[...codes].join(', ')})`
}
