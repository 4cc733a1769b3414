import type { Collector } from '../../src/testing/collector.ts'
import type { ReceivedSpan } from '../../src/wire/received-span.ts'
import { pollUntil } from '../real/poll-until.ts'

const QUIET_MS = 100

/** Sends a request in a trace of its own, sampled unless told otherwise; resolves with the trace's id when it is answered. */
export async function sendTraced(url: string, isSampled = true): Promise<string> {
  const traceId = crypto.randomUUID().replaceAll('-', '')
  const traceparent = `00-${traceId}-00f067aa0ba902b7-${isSampled ? '01' : '00'}`
  const reply = await fetch(url, { headers: { traceparent } })
  await reply.text()
  return traceId
}

/** Resolves with the spans of a trace when its server span has come, and then no other for a while. */
export async function readTrace(
  collector: Collector,
  traceId: string,
): Promise<{ readonly server: ReceivedSpan; readonly spans: readonly ReceivedSpan[] }> {
  const server = await collector.waitFor(
    (span) => span.traceId === traceId && span.kind === 'server',
  )
  let known = 0
  let since = performance.now()
  const spans = await pollUntil(
    () => {
      const received = collector.spans.filter((span) => span.traceId === traceId)
      if (received.length !== known) since = performance.now()
      known = received.length
      return Promise.resolve(performance.now() - since < QUIET_MS ? undefined : received)
    },
    { what: 'a trace to be complete' },
  )
  return { server, spans }
}
