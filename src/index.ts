/**
 * `servicex`: one call gives a service logs, error collection, metrics, traces, health and drain.
 * Everything here can be imported anywhere; only `init()` has an effect, and is called once.
 */
export { init } from './init.ts'
export type { Service } from './service.ts'
export { defineService } from './config/declaration.ts'
export type { ServiceDeclaration, ShutdownDeclaration } from './config/declaration.ts'
export type {
  ComputeDeclaration,
  IngressDeclaration,
  ProcessDeclaration,
  ReleaseDeclaration,
  ReplicaRange,
  ResourcesDeclaration,
} from './config/process-declaration.ts'
export type { ServiceReference } from './config/service-reference.ts'
export type { EnvOf, EnvSchema } from './config/env-schema.ts'
export { captureError, log } from './logging/log.ts'
export { withSpan } from './context/with-span.ts'
export type { ActiveSpan } from './context/with-span.ts'
export { setRoute, withContext } from './context/with-context.ts'
export type { LogFields } from './context/scope.ts'
export { job } from './context/job.ts'
export type { JobOptions } from './context/job.ts'
export { outgoingHeaders } from './context/outbound/outbound-headers.ts'
export { onShutdown } from './lifecycle/shutdown.ts'
export type { ShutdownHook } from './lifecycle/shutdown.ts'
export type { ReadinessCheck } from './lifecycle/readiness.ts'
export { counter } from './metrics/counter.ts'
export { gauge } from './metrics/gauge.ts'
export { histogram } from './metrics/histogram.ts'
export type {
  Counter,
  Gauge,
  Histogram,
  HistogramOptions,
  LabelValues,
  MetricOptions,
} from './metrics/metric-types.ts'
export { ServicexError } from './convention/servicex-error.ts'
export type { ErrorCode } from './convention/error-codes.ts'
