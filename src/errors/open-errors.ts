import type { Config, ErrorsConfig } from '../config/config.ts'
import type { FailureFacts, Notice, Signal, SignalHealth } from '../context/facts.ts'
import { withoutRecording } from '../context/scope.ts'
import { completeEvent, toCaptureContext } from './error-event.ts'

type Sentry = typeof import('./sentry.ts')
type MutableHealth = { -readonly [Key in keyof SignalHealth]: SignalHealth[Key] }

/** How many errors may wait while the SDK is being loaded. */
const MAX_WAITING = 100

/**
 * Opens error collection: each error, once, goes to Sentry with the trace it happened in. Without a
 * DSN nothing is loaded; errors are logged in full and counted either way.
 *
 * Sentry's own tracing, request isolation and process handlers stay off: servicex has them, once.
 */
export function openErrors(config: Config, notice: Notice): Signal {
  const { dsn } = config.errors
  if (dsn === undefined) return { name: 'errors', sink: {}, flush: () => Promise.resolve() }
  return openSentry({ ...config.errors, dsn }, config.service.instanceId, notice)
}

function openSentry(
  errors: ErrorsConfig & { dsn: string },
  serverName: string,
  notice: Notice,
): Signal {
  const health: MutableHealth = {
    queued: 0,
    delivered: 0,
    dropped: 0,
    failed: 0,
    lastSuccessMs: 0,
    up: true,
  }
  const inputs = new WeakMap<object, FailureFacts['input']>()
  // Loaded beside the app's own start, not before it: errors wait until it is there.
  const loading = withoutRecording(async () => {
    const sentry = await import('./sentry.ts')
    start(sentry, errors, { serverName, health, inputs, notice })
    return sentry
  })
  loading.catch((error: unknown) =>
    notice('warn', `error collection could not start: ${String(error)}`, { signal: 'errors' }),
  )
  return {
    name: 'errors',
    health,
    sink: {
      onFailure(facts) {
        if (health.queued >= MAX_WAITING) {
          health.dropped += 1
          return
        }
        health.queued += 1
        void loading
          .then((sentry) => capture(sentry, facts, inputs))
          .catch(() => (health.failed += 1))
          .finally(() => (health.queued -= 1))
      },
    },
    async flush(deadlineMs) {
      const startedAt = performance.now()
      const timeout = Promise.withResolvers<undefined>()
      const timer = setTimeout(() => timeout.resolve(undefined), deadlineMs)
      const sentry = await Promise.race([loading.catch(() => undefined), timeout.promise])
      // The captures that wait for the same promise run before this goes on.
      await Promise.resolve()
      await sentry?.flush(Math.max(1, deadlineMs - (performance.now() - startedAt)))
      clearTimeout(timer)
    },
  }
}

interface Wiring {
  readonly serverName: string
  readonly health: MutableHealth
  readonly inputs: WeakMap<object, FailureFacts['input']>
  readonly notice: Notice
}

function start(
  sentry: Sentry,
  errors: ErrorsConfig & { dsn: string },
  { serverName, health, inputs, notice }: Wiring,
): void {
  sentry.initWithoutDefaultIntegrations({
    dsn: errors.dsn,
    release: errors.release,
    environment: errors.environment,
    serverName,
    integrations: [
      sentry.eventFiltersIntegration(),
      sentry.linkedErrorsIntegration(),
      sentry.contextLinesIntegration(),
      sentry.nodeContextIntegration(),
      // For apps that call Sentry themselves: their events get the running trace.
      sentry.openTelemetryIntegration(),
    ],
    beforeSend: (event, hint) => completeEvent(event, inputs.get(hint)),
    transport: (options) => countingTransport(sentry.makeNodeTransport(options), health, notice),
  })
}

type Transport = ReturnType<Sentry['makeNodeTransport']>

/** Sees what becomes of every envelope; the SDK itself drops in silence. */
function countingTransport(transport: Transport, health: MutableHealth, notice: Notice): Transport {
  const settle = (up: boolean, reason: string): void => {
    health[up ? 'delivered' : 'failed'] += 1
    if (up) health.lastSuccessMs = Date.now()
    if (health.up === up) return
    health.up = up
    if (up) notice('info', 'errors are delivered again', {})
    else notice('warn', `errors cannot be delivered: ${reason}`, { signal: 'errors' })
  }
  return {
    flush: (timeout) => transport.flush(timeout),
    async send(envelope) {
      try {
        const response = await withoutRecording(() => transport.send(envelope))
        const status = response.statusCode ?? 0
        settle(status >= 200 && status < 300, `the server answered ${status}`)
        return response
      } catch (error) {
        settle(false, error instanceof Error ? error.message : String(error))
        throw error
      }
    },
  }
}

function capture(
  sentry: Sentry,
  facts: FailureFacts,
  inputs: WeakMap<object, FailureFacts['input']>,
): void {
  const hint = {
    captureContext: toCaptureContext(facts),
    mechanism: { type: 'servicex', handled: facts.severity !== 'fatal' },
  }
  inputs.set(hint, facts.input)
  withoutRecording(() => sentry.captureException(facts.error, hint as never))
}
