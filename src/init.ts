import { isMainThread } from 'node:worker_threads'
import type { Config } from './config/config.ts'
import type { ServiceDeclaration } from './config/declaration.ts'
import type { EnvOf, EnvSchema } from './config/env-schema.ts'
import { readNpmScript } from './config/npm-script.ts'
import { type ConfigSource, processSource, readConfig } from './config/read-config.ts'
import { observe } from './context/observe.ts'
import type { Notice, Signal } from './context/facts.ts'
import { toInternalHostTest } from './context/outbound/internal-hosts.ts'
import { toSampler } from './context/sampler.ts'
import { openErrors } from './errors/open-errors.ts'
import { arm } from './instrumentation/arm.ts'
import { openPackageReporter } from './instrumentation/report-packages.ts'
import { openAdminServer } from './lifecycle/admin-server.ts'
import { handleProcessEvents, type ProcessEventParts } from './lifecycle/process-events.ts'
import { tellOfNpm } from './lifecycle/process-place.ts'
import { Readiness } from './lifecycle/readiness.ts'
import { trackServer, trackUpgrade } from './lifecycle/servers.ts'
import { openStartLine } from './lifecycle/start-line.ts'
import { shutDown } from './lifecycle/shutdown.ts'
import { LogLevelControl } from './lifecycle/log-level-control.ts'
import { log } from './logging/log.ts'
import { logLevel, setLogLevel } from './logging/logger-state.ts'
import { openLogging } from './logging/open-logging.ts'
import { contentTypeOf, openMetrics, readMetrics } from './metrics/open-metrics.ts'
import { registerTelemetryHealth } from './metrics/telemetry-health.ts'
import { assertFirstInit } from './once.ts'
import { toInfo, type Service } from './service.ts'
import { openTracing } from './tracing/open-tracing.ts'
import { registerOtelApi } from './tracing/otel-api.ts'

/**
 * Sets a service up, in one synchronous call: structured logs, error collection, metrics, traces,
 * health on the admin port, and a shutdown that loses nothing. Call it once, in the entrypoint.
 *
 * Throws SERVICEX_CONFIG_INVALID with every wrong setting at once, and SERVICEX_INIT_TWICE. After it
 * has returned, nothing of servicex throws into the app.
 */
export function init<Env extends EnvSchema | undefined = undefined>(
  declaration: ServiceDeclaration<Env> = {},
  source: ConfigSource = processSource(),
): Service<EnvOf<Env>> {
  assertFirstInit()
  const { config, env } = readConfig(declaration, source)
  const signals = [
    openLogging(config),
    openMetrics(config, warn),
    openTracing(config, notice),
    openErrors(config, notice),
  ]
  registerTelemetryHealth(signals)
  registerOtelApi(config.app)
  const armed = arm(config.app, false)
  const packages = openPackageReporter(armed, notice)
  const tellStart = openStartLine(config, armed, notice)
  observe({
    sinks: [...signals.map(({ sink }) => sink), packages.sink],
    sampler: toSampler(config.tracing.sampler),
    isInternalHost: toInternalHostTest(config.internalHosts),
    onBrokenSink: (error) => warnOnceOfBrokenSink(error),
    onServer: (server) => {
      trackServer(server)
      packages.tell()
      tellStart()
    },
    onUpgrade: trackUpgrade,
  })
  tellOfNpm(readNpmScript(source.env), config.service.environment, notice)
  return open(config, env, signals)
}

function open<Env>(config: Config, env: Env, signals: readonly Signal[]): Service<Env> {
  const readiness = new Readiness()
  const adminPort = openAdmin(config, readiness)
  const parts: ProcessEventParts = {
    budgets: config.shutdown,
    readiness,
    signals,
    notice,
    onCrash: (error, origin) => log.fatal({ err: error, origin }),
    onSignal: (signal) => log.info({ signal }, `${signal}: draining`),
  }
  handleProcessEvents(parts)
  return {
    name: config.service.name,
    revision: config.service.revision,
    environment: config.service.environment,
    env,
    port: config.ports.app,
    adminPort,
    ready: (name, check) => readiness.add(name, check),
    shutdown: () => shutDown('shutdown() was called', parts),
  }
}

/** Gives the port; a worker thread has none of its own: 0. */
function openAdmin(config: Config, readiness: Readiness): Promise<number> {
  if (!isMainThread) return Promise.resolve(0)
  const admin = openAdminServer(config.ports.admin, {
    readiness: () => readiness.report(),
    metrics: async (accept) => ({
      contentType: contentTypeOf(accept),
      body: await readMetrics(accept),
    }),
    info: toInfo(config),
    logLevel: new LogLevelControl({ get: logLevel, set: setLogLevel }),
  })
  admin.port.catch((error: unknown) => log.error(error))
  return admin.port
}

const notice: Notice = (level, message, fields) => log[level](fields, message)
const warn = (fields: Readonly<Record<string, unknown>>, message: string): void =>
  log.warn(fields, message)

let brokenSinkReported = false

function warnOnceOfBrokenSink(error: unknown): void {
  if (brokenSinkReported) return
  brokenSinkReported = true
  log.warn(
    { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    'a part of servicex failed; the app goes on without it',
  )
}
