import type { ForwardState, ProcessFacts, ServiceSummary, StateAnswer } from './api.ts'
import { toHints } from './hints.ts'
import { ServiceStats } from './service-stats.ts'
import type { Store } from './store.ts'

/** What the state of a session is made of, beside what came. */
export interface SessionFacts {
  readonly processes: readonly ProcessFacts[]
  readonly forward?: ForwardState
  readonly persist?: string
  readonly version: string
  readonly nowMs: number
}

/** Gives what runs, and how much is known. */
export function toState(store: Store, session: SessionFacts): StateAnswer {
  const { processes, forward, persist, version, nowMs } = session
  const names = new Set([...processes.map(({ name }) => name), ...store.services.keys()])
  return {
    services: [...names].map((name) =>
      toServiceSummary(
        name,
        processes.find((process) => process.name === name),
        { store, nowMs },
      ),
    ),
    map: store.mapAt(nowMs),
    counts: {
      traces: store.traces.length,
      logs: store.logs.length,
      errors: store.errors.length,
      series: store.metrics.length,
    },
    dropped: toDropped(store),
    ...(forward === undefined ? {} : { forward }),
    ...(persist === undefined ? {} : { persist }),
    nowMs,
    version,
  }
}

function toServiceSummary(
  name: string,
  process: ProcessFacts | undefined,
  { store, nowMs }: { readonly store: Store; readonly nowMs: number },
): ServiceSummary {
  const stats = store.services.get(name) ?? new ServiceStats()
  return {
    name,
    ...(process === undefined ? {} : { process }),
    ...stats.read(nowMs),
    counts: { ...stats.counts },
    ...(stats.lastSeenMs === undefined ? {} : { lastSeenMs: stats.lastSeenMs }),
    hints: toHints({ process, counts: stats.counts, nowMs }),
  }
}

function toDropped({ traces, logs, errors, metrics, limits }: Store): StateAnswer['dropped'] {
  return [
    {
      what: 'traces',
      count: traces.droppedCount,
      limit: `${toNumber(limits.traces)} traces, ${toNumber(limits.spans)} spans`,
    },
    { what: 'lines', count: logs.droppedCount, limit: `${toNumber(limits.logs)} lines` },
    { what: 'errors', count: errors.droppedCount, limit: `${toNumber(limits.errors)} errors` },
    { what: 'points', count: metrics.droppedPoints, limit: `${toNumber(limits.points)} points` },
    { what: 'series', count: metrics.refusedSeries, limit: `${toNumber(limits.series)} series` },
  ].filter(({ count }) => count > 0)
}

function toNumber(count: number): string {
  return count.toLocaleString('en-US')
}
