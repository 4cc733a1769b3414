import { setTimeout as delay } from 'node:timers/promises'
import type { StateAnswer } from '../../tooling/plan/dev/api.ts'
import type { Receiver } from './start-receiver.ts'
import { SPANS_PER_TRACE, toTraceBody } from './telemetry.ts'

/** What it costs to take spans at a fixed rate. */
export interface IngestCost {
  /** The CPU of the process, as a part of one core. */
  readonly cpuPart: number
  readonly p95Ms: number
  readonly sent: number
  readonly kept: number
}

const SECONDS = 10
/** As an SDK sends: a batch every 50 ms, 100 spans each. */
const BATCH_MS = 50
const TRACES_PER_BATCH = 25

/** Sends 2 000 spans a second for 10 s. */
export async function measureIngest(receiver: Receiver): Promise<IngestCost> {
  const before = await countSpans(receiver)
  const [cpuBefore, begin] = [receiver.cpuMs(), performance.now()]
  const waits: Promise<number>[] = []
  const batches = (SECONDS * 1_000) / BATCH_MS
  for (let batch = 0; batch < batches; batch += 1) {
    waits.push(receiver.send('/v1/traces', toTraceBody(TRACES_PER_BATCH, Date.now())))
    await delay(Math.max(0, begin + (batch + 1) * BATCH_MS - performance.now()))
  }
  const times = (await Promise.all(waits)).toSorted((a, b) => a - b)
  const tookMs = performance.now() - begin
  return {
    cpuPart: (receiver.cpuMs() - cpuBefore) / tookMs,
    p95Ms: times[Math.floor(times.length * 0.95)] ?? 0,
    sent: batches * TRACES_PER_BATCH * SPANS_PER_TRACE,
    kept: (await countSpans(receiver)) - before,
  }
}

async function countSpans({ ask }: Receiver): Promise<number> {
  const { services } = await ask<StateAnswer>('/api/state')
  return services.reduce((sum, { counts }) => sum + counts.spans, 0)
}
