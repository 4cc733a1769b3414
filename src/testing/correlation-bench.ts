import { setTimeout as delay } from 'node:timers/promises'
import { ADMIN_PATHS } from '../convention/ports.ts'
import { openCollector } from './collector.ts'
import { EXEMPLAR_SAMPLE, type Expectation, type Observation } from './correlation.ts'
import { findSamples, parseExposition, type Sample } from '../wire/exposition.ts'
import { type Probe, type ProbeRequest, sendProbe } from './probe.ts'
import type { ReceivedSpan } from '../wire/received-span.ts'
import { openSentryIngest, type SentryEvent } from './sentry-ingest.ts'
import { type AppCommand, type AppReceivers, openApp, type SpawnedApp } from './spawned-app.ts'

/** The service that the app under test calls. */
export interface NextService extends AppCommand {
  /** The variable by which the app learns its address: `USERS_URL`. */
  readonly urlVariable: string
}

/** The apps to run, and how long each step may take. */
export interface BenchOptions {
  readonly app: AppCommand
  readonly next: NextService | undefined
  readonly timeoutMs: number
}

/** A request to send, and what it must lead to. */
export interface Trial {
  readonly name: string
  readonly request: ProbeRequest
  readonly expected: Expectation
}

/** An app under test, its neighbour, and receivers of their signals. */
export interface Bench {
  /** Sends a request and reads its exemplar, which the next one may replace. */
  send(trial: Trial): Promise<void>
  /** Ends the apps, so that they deliver everything; resolves with how the one under test ended. */
  stop(): Promise<string>
  /** Gives what was seen of every request, once the apps have ended. */
  observations(): Observation[]
  /** Ends what is left. */
  close(): Promise<void>
}

interface Sent extends Trial, Probe {
  readonly exemplars: readonly Sample[]
}

const POLL_MS = 20
const OPEN_METRICS = { accept: 'application/openmetrics-text; version=1.0.0' }

/** Starts the apps with their signals led to receivers on this machine; the caller closes the bench. */
export async function openBench({ app, next, timeoutMs }: BenchOptions): Promise<Bench> {
  const [collector, ingest] = [await openCollector(), await openSentryIngest()]
  const apps: SpawnedApp[] = []
  const sent: Sent[] = []
  const stop = async (): Promise<string> => {
    const ends: string[] = []
    // The app under test first: it may still be calling its neighbour.
    for (const running of apps.splice(0).toReversed()) ends.push(await running.stop(timeoutMs))
    return ends[0] ?? 'had ended'
  }
  const close = async (): Promise<void> => {
    await stop()
    await Promise.all([collector.close(), ingest.close()])
  }
  try {
    const receivers = { otlpEndpoint: collector.url, sentryDsn: ingest.dsn }
    const { tested, nextPort } = await openApps({ app, next, timeoutMs }, receivers, apps)
    return {
      async send(trial) {
        const probe = await sendProbe(tested, trial.request, timeoutMs)
        const exemplars = await readExemplars(tested, probe.traceId, timeoutMs)
        sent.push({ ...trial, ...probe, exemplars })
      },
      stop,
      observations() {
        const known = new Set(sent.map(({ traceId }) => traceId))
        const strayEvents = ingest.events.filter((event) => !known.has(traceIdOf(event) ?? ''))
        return sent.map((each) => ({
          ...each,
          accessLines: tested.lines.filter(
            (line) => line['trace_id'] === each.traceId && typeof line['http'] === 'object',
          ),
          spans: spansOf(collector.spans, each.traceId),
          errorEvents: ingest.events.filter((event) => traceIdOf(event) === each.traceId),
          strayEvents,
          nextPort,
        }))
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function openApps(
  { app, next, timeoutMs }: BenchOptions,
  receivers: AppReceivers,
  apps: SpawnedApp[],
): Promise<{ tested: SpawnedApp; nextPort: number | undefined }> {
  // Its errors are its own: they are not among those of the app under test.
  const { otlpEndpoint } = receivers
  const neighbour =
    next === undefined ? undefined : await openApp(next, { otlpEndpoint }, timeoutMs)
  if (neighbour !== undefined) apps.push(neighbour)
  const address =
    next === undefined ? {} : { [next.urlVariable]: `http://localhost:${neighbour?.port}` }
  const tested = await openApp({ ...app, env: { ...app.env, ...address } }, receivers, timeoutMs)
  apps.push(tested)
  return { tested, nextPort: neighbour?.port }
}

/** A record ends a little after its reply: the page is read until it has it. */
async function readExemplars(
  app: SpawnedApp,
  traceId: string,
  timeoutMs: number,
): Promise<readonly Sample[]> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const url = `http://localhost:${app.adminPort}${ADMIN_PATHS.metrics}`
    const page = await fetch(url, { headers: OPEN_METRICS }).then((reply) => reply.text())
    const found = findSamples(parseExposition(page), EXEMPLAR_SAMPLE).filter(
      ({ exemplar }) => exemplar?.labels['trace_id'] === traceId,
    )
    if (found.length > 0 || performance.now() > deadline) return found
    await delay(POLL_MS)
  }
}

/** A batch whose delivery was not confirmed is sent again: what has the same id is the same span. */
function spansOf(spans: readonly ReceivedSpan[], traceId: string): ReceivedSpan[] {
  const own = spans.filter((span) => span.traceId === traceId)
  return [...new Map(own.map((span) => [span.spanId, span])).values()]
}

function traceIdOf(event: SentryEvent): string | undefined {
  return event.contexts?.trace?.trace_id
}
