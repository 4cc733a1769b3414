import type { LogLevel } from '../convention/log-levels.ts'
import type { AppPackage } from './app-package.ts'

/** How log lines are spelled; the record is the same. */
export type LogFormat = 'otel' | 'gcp' | 'ecs' | 'datadog' | 'pretty'

/** The whole set-up of a running service; read once at `init()`, never changed. */
export interface Config {
  readonly service: ServiceIdentity
  readonly app: AppPackage
  /** Says that a person runs this on a laptop: environment `development`. */
  readonly development: boolean
  readonly logging: LoggingConfig
  readonly tracing: TracingConfig
  readonly errors: ErrorsConfig
  readonly metrics: MetricsConfig
  readonly ports: { readonly app: number; readonly admin: number }
  readonly shutdown: ShutdownConfig
  /** Host names, beyond cluster and loopback ones, that receive trace headers; `.example.com` means every host below it. */
  readonly internalHosts: readonly string[]
}

/** Who this process is, in every signal. */
export interface ServiceIdentity {
  /** The app: one repo, one namespace. */
  readonly app: string
  readonly process: string
  /** `service.name`: the app for process `web`, else `app-process`. */
  readonly name: string
  /** `service.version` and the error release: the commit hash in an image. */
  readonly revision: string
  readonly environment: string
  /** `service.instance.id`. */
  readonly instanceId: string
  /** OpenTelemetry resource attributes, the above included. */
  readonly resource: Readonly<Record<string, string>>
}

/** Settings of the log. */
export interface LoggingConfig {
  readonly level: LogLevel
  readonly format: LogFormat
  /** The project that qualifies trace names in format `gcp`. */
  readonly googleProject: string | undefined
}

/** Settings of the traces; without an endpoint nothing is exported and no exporter is loaded. */
export interface TracingConfig {
  /** URL that spans are posted to, e.g. `http://collector:4318/v1/traces`. */
  readonly endpoint: string | undefined
  /** Headers of every delivery: secrets. */
  readonly headers: Readonly<Record<string, string>>
  readonly sampler: SamplerConfig
  readonly maxQueueSpans: number
  readonly maxBatchSpans: number
  readonly batchDelayMs: number
}

/** When a trace that begins here is sampled; a caller's decision is followed where `parentBased`. */
export interface SamplerConfig {
  readonly parentBased: boolean
  /** Share of new traces that are sampled, 0–1. */
  readonly ratio: number
}

/** Settings of error collection; without a DSN errors are logged and counted only. */
export interface ErrorsConfig {
  readonly dsn: string | undefined
  readonly release: string
  readonly environment: string
}

/** Settings of the metrics. */
export interface MetricsConfig {
  /** How many series one metric may have before further ones fold into `overflow`. */
  readonly maxSeries: number
}

/** The budgets of a shutdown, milliseconds. */
export interface ShutdownConfig {
  readonly propagationMs: number
  readonly drainMs: number
  readonly hooksMs: number
  readonly flushMs: number
}
