import type { ProblemIssue } from '../../convention/problem.ts'
import { METRIC } from '../../convention/metric-names.ts'
import { monotonicMs } from '../../context/clock.ts'
import { log } from '../../logging/log.ts'
import { counter } from '../../metrics/counter.ts'

/** A broken contract is told of this often for each operation; every time is counted. */
const SILENCE_MS = 60_000

const toldAt = new Map<string, number>()

/** Counts a reply that breaks the contract, and says now and then what is wrong with it; never its values. */
export function reportViolation(operation: string, issues: readonly ProblemIssue[]): void {
  counter(METRIC.contractViolations, {
    help: 'Replies of handlers that break their contract',
    labels: ['operation'],
  }).inc({ operation })
  const now = monotonicMs()
  if (now - (toldAt.get(operation) ?? -SILENCE_MS) < SILENCE_MS) return
  toldAt.set(operation, now)
  log.warn({ operation, issues: issues.slice(0, 5) }, `a reply of ${operation} breaks its contract`)
}
