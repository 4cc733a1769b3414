import type { Attempt, Outcome, Policy, Send } from '../call/policy.ts'
import type { ResilienceEvents } from './events.ts'
import type { RetryBudget } from './retry-budget.ts'
import type { SettingsOf } from './settings.ts'
import { SlidingCount } from './sliding-count.ts'
import type { Timing } from './timing.ts'
import { waitFor } from './wait.ts'

/** So many calls at most are hedged, a part of all. Source: Finagle's BackupRequestFilter. */
const MAX_SHARE = 0.05
const WINDOW_MS = 10_000
/** Latencies that a percentile is taken of, and how many it takes to believe one. */
const KEPT = 128
const ENOUGH = 20

/** What hedging needs. */
export interface HedgeParts {
  readonly settingsOf: SettingsOf
  readonly timing: Timing
  readonly budget: RetryBudget
  readonly events: ResilienceEvents
}

/**
 * Sends a second attempt when the first is slower than most, and takes what comes first. Only of what
 * may be done twice, of at most 5 % of the calls, and out of the budget of retries.
 */
export function hedgePolicy(parts: HedgeParts): Policy {
  const latencies = new Map<string, RecentLatencies>()
  const calls = new SlidingCount(WINDOW_MS, 10)
  const hedged = new SlidingCount(WINDOW_MS, 10)
  const hedge = async (
    attempt: Attempt,
    next: Send,
    hedgeAfterMs: number | 'p95',
  ): Promise<Outcome> => {
    const { call } = attempt
    const { timing, budget, events } = parts
    const recent = latencies.get(call.operation) ?? new RecentLatencies()
    latencies.set(call.operation, recent)
    const startedAtMs = timing.now()
    calls.add(startedAtMs)
    const afterMs = hedgeAfterMs === 'p95' ? recent.p95() : hedgeAfterMs
    const mayHedge = (): boolean => {
      const now = timing.now()
      const isRare = hedged.total(now) + 1 <= Math.max(1, MAX_SHARE * calls.total(now))
      if (!isRare || !budget.take()) return false
      hedged.add(now)
      events.hedge()
      return true
    }
    const outcome =
      afterMs === undefined
        ? await next(attempt)
        : await race({ attempt, next, afterMs, mayHedge, timing })
    if (outcome.kind !== 'failure') recent.add(timing.now() - startedAtMs)
    return outcome
  }
  return (attempt, next) => {
    const { operation, repeatable } = attempt.call
    const { hedgeAfterMs } = parts.settingsOf(operation)
    return hedgeAfterMs === undefined || !repeatable
      ? next(attempt)
      : hedge(attempt, next, hedgeAfterMs)
  }
}

interface Race {
  readonly attempt: Attempt
  readonly next: Send
  readonly afterMs: number
  readonly mayHedge: () => boolean
  readonly timing: Timing
}

async function race({ attempt, next, afterMs, mayHedge, timing }: Race): Promise<Outcome> {
  const first = runRacer(attempt, next)
  const waiting = new AbortController()
  const isSlow = await Promise.race([
    first.ended.then(() => false),
    waitFor(afterMs, waiting.signal, timing),
  ])
  waiting.abort()
  if (!isSlow || !mayHedge()) return (await first.ended).outcome
  const second = runRacer(attempt, next)
  const { racer, outcome } = await Promise.race([first.ended, second.ended])
  const other = racer === first ? second : first
  if (outcome.kind === 'failure') return (await other.ended).outcome
  other.giveUp()
  return outcome
}

/** One of the two attempts, which can be given up alone: the reply of the other may still be read. */
interface Racer {
  readonly ended: Promise<{ readonly racer: Racer; readonly outcome: Outcome }>
  readonly giveUp: () => void
}

function runRacer(attempt: Attempt, next: Send): Racer {
  const end = new AbortController()
  const { call } = attempt
  const signal = call.signal === undefined ? end.signal : AbortSignal.any([call.signal, end.signal])
  const sending = next({ ...attempt, call: { ...call, signal } })
  const racer: Racer = {
    ended: sending.then((outcome) => ({ racer, outcome })),
    giveUp: () => end.abort(),
  }
  return racer
}

/** The latest latencies of one operation. */
class RecentLatencies {
  readonly #kept: number[] = []
  #place = 0
  #p95: number | undefined

  add(latencyMs: number): void {
    this.#kept[this.#place % KEPT] = latencyMs
    this.#place += 1
    if (this.#place % ENOUGH !== 0) return
    const sorted = this.#kept.toSorted((a, b) => a - b)
    this.#p95 = sorted[Math.floor(sorted.length * 0.95)]
  }

  /** Gives the latency that 95 % stay below; `undefined` while too few are known. */
  p95(): number | undefined {
    return this.#p95
  }
}
