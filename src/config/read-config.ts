import { isatty } from 'node:tty'
import { ENV } from '../convention/env-names.ts'
import { isLocalEnvironment, toEnvironmentName } from '../convention/environments.ts'
import { SHUTDOWN_SECONDS } from '../convention/lifecycle.ts'
import { LOG_LEVELS, type LogLevel } from '../convention/log-levels.ts'
import { MAX_SERIES } from '../convention/metric-names.ts'
import { ADMIN_PORT, APP_PORT } from '../convention/ports.ts'
import { readAppPackage } from './app-package.ts'
import type {
  Config,
  LogFormat,
  SamplerConfig,
  ServiceIdentity,
  ShutdownConfig,
  TracingConfig,
} from './config.ts'
import { assertDeclaration, type ServiceDeclaration } from './declaration.ts'
import { type Environment, EnvReader } from './env-reader.ts'
import type { EnvOf, EnvSchema } from './env-schema.ts'
import { ProblemList } from './problem.ts'
import { readEnv } from './read-env.ts'
import { parsePairs } from './key-value-pairs.ts'
import { readIdentity } from './read-identity.ts'
import { readSampler } from './sampler.ts'

const STDOUT = 1

/** Where a configuration is read from; the process by default, a literal in tests. */
export interface ConfigSource {
  readonly env: Environment
  readonly entrypoint: string | undefined
  readonly cwd: string
  /** Says that standard output is a terminal: lines are for a person. */
  readonly terminal: boolean
}

/** Gives this process as the source of a configuration. */
export function processSource(): ConfigSource {
  return {
    env: process.env,
    entrypoint: process.argv[1],
    cwd: process.cwd(),
    terminal: isatty(STDOUT),
  }
}

/**
 * Reads the whole configuration and the app's own typed environment.
 *
 * Throws SERVICEX_CONFIG_INVALID once, with every problem of both; SERVICEX_DECLARATION_INVALID when
 * the declaration breaks a rule.
 */
export function readConfig<Env extends EnvSchema | undefined>(
  declaration: ServiceDeclaration<Env>,
  source: ConfigSource,
): { config: Config; env: EnvOf<Env> } {
  assertDeclaration(declaration)
  const problems = new ProblemList()
  const reader = new EnvReader(source.env, problems)
  const app = readAppPackage(source.entrypoint, source.cwd)
  const service = readIdentity(declaration, app, reader, problems)
  const config: Config = {
    service,
    app,
    development: service.environment === 'development',
    logging: readLogging(reader, source, service.environment),
    tracing: readTracing(reader, problems),
    errors: readErrors(reader, service, problems),
    metrics: { maxSeries: reader.integer(ENV.maxSeries, { min: 1, max: 1_000_000 }, MAX_SERIES) },
    ports: {
      app: reader.integer(ENV.port, { min: 0, max: 65_535 }, APP_PORT),
      admin: reader.integer(ENV.adminPort, { min: 0, max: 65_535 }, ADMIN_PORT),
    },
    shutdown: readShutdown(reader, declaration),
    internalHosts: (reader.text(ENV.internalHosts) ?? '')
      .split(',')
      .map((host) => host.trim())
      .filter(Boolean),
  }
  const env = readEnv(declaration.env, source.env, problems)
  problems.assertEmpty(service.name, service.environment)
  return { config, env: env as EnvOf<Env> }
}

function readLogging(
  reader: EnvReader,
  source: ConfigSource,
  environment: string,
): Config['logging'] {
  const levels = Object.keys(LOG_LEVELS) as LogLevel[]
  const formats: LogFormat[] = ['otel', 'gcp', 'ecs', 'datadog', 'pretty']
  const byPlace = source.terminal && isLocalEnvironment(environment) ? 'pretty' : 'otel'
  return {
    level: reader.oneOf(ENV.logLevel, levels, 'info'),
    format: reader.oneOf(ENV.logFormat, formats, byPlace),
    googleProject: reader.text(ENV.googleProject),
  }
}

/** Those of the signal win over those of all signals. */
function readOtlpHeaders(reader: EnvReader, problems: ProblemList): TracingConfig['headers'] {
  const [all, own] = [ENV.otlpHeaders, ENV.otlpTracesHeaders].map((name) =>
    parsePairs({ name, text: reader.text(name), isSecret: true }, problems),
  )
  return { ...all, ...own }
}

function readTracing(reader: EnvReader, problems: ProblemList): TracingConfig {
  const sampler: SamplerConfig = readSampler(reader, problems)
  const maxQueueSpans = reader.integer(ENV.otelBspMaxQueueSize, { min: 1, max: 1_000_000 }, 2048)
  return {
    endpoint: readTracesEndpoint(reader, problems),
    headers: readOtlpHeaders(reader, problems),
    sampler,
    maxQueueSpans,
    maxBatchSpans: Math.min(
      reader.integer(ENV.otelBspMaxExportBatchSize, { min: 1, max: 100_000 }, 512),
      maxQueueSpans,
    ),
    batchDelayMs: reader.integer(ENV.otelBspScheduleDelay, { min: 1, max: 600_000 }, 5000),
  }
}

/** Where spans are posted, by the OpenTelemetry specification: the signal's own URL as it is, or the general one + /v1/traces. */
function readTracesEndpoint(reader: EnvReader, problems: ProblemList): string | undefined {
  const off =
    reader.flag(ENV.otelSdkDisabled) ||
    reader.text(ENV.otelTracesExporter)?.toLowerCase() === 'none'
  const own = reader.url(ENV.otlpTracesEndpoint)
  const general = reader.url(ENV.otlpEndpoint)
  const protocolName =
    reader.text(ENV.otlpTracesProtocol) === undefined ? ENV.otlpProtocol : ENV.otlpTracesProtocol
  const protocol = reader.text(protocolName) ?? 'http/protobuf'
  if (off || (own === undefined && general === undefined)) return undefined
  if (protocol !== 'http/protobuf') {
    problems.add({
      name: protocolName,
      value: protocol,
      expected: 'http/protobuf, the one protocol servicex exports by (collector port 4318)',
    })
  }
  if (own !== undefined) return own.href
  return general?.href.replace(/\/?$/, '/v1/traces')
}

function readErrors(
  reader: EnvReader,
  service: ServiceIdentity,
  problems: ProblemList,
): Config['errors'] {
  const dsn = reader.url(ENV.sentryDsn)
  // Sentry's SDK prints one line of an incomplete DSN and loses every error from then on.
  if (dsn !== undefined && (dsn.username === '' || !/\/\d+$/.test(dsn.pathname)))
    problems.add({
      name: ENV.sentryDsn,
      value: dsn.href,
      expected: 'https://<key>@<host>/<project number>; errors would be lost silently',
    })
  return {
    dsn: dsn?.href,
    release: reader.text(ENV.sentryRelease) ?? service.revision,
    environment: toEnvironmentName(reader.text(ENV.sentryEnvironment) ?? service.environment),
  }
}

function readShutdown(reader: EnvReader, declaration: ServiceDeclaration): ShutdownConfig {
  const declared = declaration.shutdown ?? {}
  const inCluster = reader.text(ENV.kubernetesServiceHost) !== undefined
  const seconds = (name: string, fallback: number): number =>
    reader.number(name, { min: 0, max: 3600 }, fallback) * 1000
  return {
    propagationMs: seconds(
      ENV.propagationDelay,
      declared.propagationSeconds ?? (inCluster ? SHUTDOWN_SECONDS.propagation : 0),
    ),
    drainMs: seconds(ENV.drainTimeout, declared.drainSeconds ?? SHUTDOWN_SECONDS.drain),
    hooksMs: SHUTDOWN_SECONDS.hooks * 1000,
    flushMs: seconds(ENV.shutdownTimeout, declared.flushSeconds ?? SHUTDOWN_SECONDS.flush),
  }
}
