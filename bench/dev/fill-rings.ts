import { setTimeout as delay } from 'node:timers/promises'
import type { StateAnswer } from '../../tooling/plan/dev/api.ts'
import type { Receiver } from './start-receiver.ts'
import { SPANS_PER_TRACE, toLogBody, toMetricBody, toTraceBody } from './telemetry.ts'

const BATCHES = 120
/** One batch of each; 120 of them are more than every ring holds. */
const BATCH = { traces: 100, lines: 100, series: 500 }
const SETTLE_MS = 3_000

/** Sends more than the rings hold; resolves with what they hold, in words. */
export async function fillRings({ send, ask }: Receiver): Promise<string> {
  const startMs = Date.now() - BATCHES * 1_000
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const nowMs = startMs + batch * 1_000
    await send('/v1/traces', toTraceBody(BATCH.traces, nowMs))
    await send('/v1/logs', toLogBody(BATCH.lines, nowMs))
    await send('/v1/metrics', toMetricBody(BATCH.series, nowMs))
  }
  // So that garbage of the last batch is not what is measured.
  await delay(SETTLE_MS)
  const { counts, dropped } = await ask<StateAnswer>('/api/state')
  const full = ['traces', 'lines', 'points']
  const missing = full.filter((what) => !dropped.some((each) => each.what === what))
  if (missing.length > 0) throw new Error(`the rings are not full: ${missing.join(', ')}`)
  const spans = counts.traces * SPANS_PER_TRACE
  return `${counts.traces} traces of ${spans} spans, ${counts.logs} lines, 50 000 points`
}
