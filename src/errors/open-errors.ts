import { setImmediate as endOfTurn } from 'node:timers/promises'
import type { ErrorEvent } from '@sentry/node'
import type { Config } from '../config/config.ts'
import { read } from '../convention/safe-json.ts'
import type { Notice, Signal } from '../context/facts.ts'
import { withoutRecording } from '../context/scope.ts'
import { countingTransport } from './counting-transport.ts'
import { completeEvent, toCaptureContext } from './error-event.ts'
import { ErrorLedger, type PendingError } from './error-ledger.ts'
import { limitedHttp } from './limited-http.ts'
import { type EventSource, toEnvelope } from './minimal-envelope.ts'
import { SourceLines } from './source-lines.ts'

type Sentry = typeof import('./sentry.ts')

/**
 * Opens error collection: each error, once, goes to Sentry with the trace it happened in. Without a
 * DSN nothing is loaded; errors are logged in full and counted either way.
 *
 * Sentry's own tracing, request isolation and process handlers stay off: servicex has them, once.
 */
export function openErrors(config: Config, notice: Notice): Signal {
  const { dsn } = config.errors
  if (dsn === undefined) return { name: 'errors', sink: {}, flush: () => Promise.resolve() }
  return openSentry(
    {
      ...config.errors,
      dsn,
      serverName: config.service.instanceId,
      service: config.service.name,
    },
    notice,
  )
}

function openSentry(source: EventSource, notice: Notice): Signal {
  const ledger = new ErrorLedger(notice)
  // Loaded beside the app's own start, not before it: errors wait until it is there.
  const loading = withoutRecording(async () => {
    const sentry = await import('./sentry.ts')
    start(sentry, source, ledger)
    return sentry
  })
  loading.catch((error: unknown) =>
    notice('warn', `error collection could not start: ${String(error)}`, { signal: 'errors' }),
  )
  return {
    name: 'errors',
    get health() {
      return ledger.health
    },
    sink: {
      onFailure(facts) {
        const pending = ledger.open(facts)
        if (pending === undefined) return
        // A capture takes milliseconds: the reply that failed goes out first.
        setImmediate(() => {
          loading
            .then((sentry) => capture({ sentry, service: source.service, ledger }, pending))
            .catch((error: unknown) => ledger.settle(pending.eventId, 'failed', String(error)))
        })
      },
    },
    async flush(deadlineMs) {
      const startedAt = performance.now()
      const timeout = Promise.withResolvers<undefined>()
      const timer = setTimeout(() => timeout.resolve(undefined), deadlineMs)
      const sentry = await Promise.race([loading.catch(() => undefined), timeout.promise])
      // The captures of this turn are put off to its end, and run before this goes on.
      await endOfTurn()
      await sentry?.flush(Math.max(1, deadlineMs - (performance.now() - startedAt)))
      clearTimeout(timer)
    },
    undelivered: () => ledger.pending.map((pending) => toEnvelope(pending, source)),
  }
}

function start(sentry: Sentry, source: EventSource, ledger: ErrorLedger): void {
  const sourceLines = new SourceLines()
  sentry.initWithoutDefaultIntegrations({
    dsn: source.dsn,
    release: source.release,
    environment: source.environment,
    serverName: source.serverName,
    integrations: [
      sentry.linkedErrorsIntegration(),
      { name: 'ContextLines', processEvent: (event) => sourceLines.addTo(event as ErrorEvent) },
      sentry.nodeContextIntegration(),
      // For apps that call Sentry themselves: their events get the running trace.
      sentry.openTelemetryIntegration(),
    ],
    beforeSend: (event, { originalException }) =>
      completeEvent(event, {
        error: originalException,
        input: ledger.find(event.event_id)?.facts.input,
      }),
    transport: (options) =>
      countingTransport(
        sentry.makeNodeTransport({ ...options, httpModule: limitedHttp(source.dsn) }),
        ledger,
      ),
  })
}

interface Capturing {
  readonly sentry: Sentry
  readonly service: string
  readonly ledger: ErrorLedger
}

function capture({ sentry, service, ledger }: Capturing, pending: PendingError): void {
  const { eventId, facts, handled } = pending
  // The SDK passes over an error that the app has given it already.
  if (isCaptured(facts.error)) return ledger.withdraw(eventId)
  const hint = {
    event_id: eventId,
    captureContext: toCaptureContext(facts, service),
    mechanism: { type: 'servicex', handled },
  }
  withoutRecording(() => sentry.captureException(facts.error, hint as never))
}

function isCaptured(error: unknown): boolean {
  return typeof error === 'object' && error !== null && read(error, '__sentry_captured__') === true
}
