import type { ReceivedSpan, SentryEvent } from 'servicex/testing'
import type { Receivers } from './open-receivers.ts'
import type { LogLine, RunningService } from './start-service.ts'
import { waitFor } from './wait-for.ts'

/** Everything that two services said of one request that failed. */
export interface Story {
  readonly traceId: string
  /** The access lines: the caller's first. */
  readonly accessLines: readonly LogLine[]
  /** The error events, in the order of the access lines. */
  readonly errorEvents: readonly SentryEvent[]
  /** The line of the caller's `/metrics` that carries the request as its exemplar. */
  readonly exemplarLine: string
  /** Every span of the trace, from both services. */
  readonly spans: readonly ReceivedSpan[]
}

/** Where a story is collected from. */
export interface StorySources {
  readonly users: Pick<RunningService, 'lines' | 'adminUrl'>
  readonly billing: Pick<RunningService, 'lines'>
  readonly receivers: Pick<Receivers, 'collector' | 'sentry'>
  readonly timeoutMs?: number
}

/**
 * Collects all that belongs to the last request that failed in users.
 *
 * The parts reach this process by different ways and at different times; rejects with the name of
 * the first that does not arrive in time.
 */
export async function collectStory(sources: StorySources): Promise<Story> {
  const { users, billing, receivers, timeoutMs } = sources
  const callerLine = await waitFor(
    'the access line of users',
    () => users.lines.findLast((line) => isAccessLine(line) && line.severity === 'error'),
    timeoutMs,
  )
  const traceId = callerLine.trace_id ?? ''
  const calleeLine = await waitFor(
    'the access line of billing',
    () => billing.lines.find((line) => isAccessLine(line) && line.trace_id === traceId),
    timeoutMs,
  )
  const accessLines = [callerLine, calleeLine]
  const errorEvents = await waitFor(
    'an error event from each service',
    () => eventsOf(accessLines, receivers.sentry.events),
    timeoutMs,
  )
  const exemplarLine = await waitFor(
    'the exemplar on /metrics of users',
    () => readExemplarLine(users.adminUrl, traceId),
    timeoutMs,
  )
  const spans = await waitFor(
    'the trace of both services',
    () => wholeTrace(accessLines, receivers.collector.spans),
    timeoutMs,
  )
  return { traceId, accessLines, errorEvents, exemplarLine, spans }
}

function isAccessLine(line: LogLine): boolean {
  return line['http'] !== undefined
}

/** An event belongs to an access line when it happened in the same span. */
function eventsOf(
  lines: readonly LogLine[],
  events: readonly SentryEvent[],
): readonly SentryEvent[] | undefined {
  const found = lines.flatMap((line) =>
    events.filter((event) => event.contexts?.trace?.span_id === line.span_id),
  )
  return found.length === lines.length ? found : undefined
}

async function readExemplarLine(adminUrl: string, traceId: string): Promise<string | undefined> {
  const response = await fetch(new URL('/metrics', adminUrl), {
    headers: { accept: 'application/openmetrics-text' },
  })
  const page = await response.text()
  return page
    .split('\n')
    .find((line) => line.startsWith('http_server_request_duration') && line.includes(traceId))
}

/** The spans of a trace arrive in several batches; it is whole when no span misses its parent. */
function wholeTrace(
  lines: readonly LogLine[],
  received: readonly ReceivedSpan[],
): readonly ReceivedSpan[] | undefined {
  const spans = received.filter(({ traceId }) => traceId === lines[0]?.trace_id)
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const whole =
    lines.every((line) => ids.has(line.span_id ?? '')) &&
    spans.every(({ parentSpanId }) => parentSpanId === undefined || ids.has(parentSpanId))
  return whole ? spans : undefined
}
