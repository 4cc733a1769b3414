import type { SimulatedCall, SimulationReport } from './simulation-report.ts'

/** Gives how long calls took; those that were refused took nothing, and do not count. */
export function toLatencyReport(
  calls: readonly SimulatedCall[],
): Pick<SimulationReport, 'p50Ms' | 'p99Ms' | 'maxMs'> {
  const sorted = calls
    .filter(({ outcome }) => outcome !== 'refused')
    .map(({ startedAtMs, endedAtMs }) => endedAtMs - startedAtMs)
    .toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}
