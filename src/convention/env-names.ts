/**
 * The environment variables of the convention. Standard names first, so that a service in any
 * language follows the same convention; our own begin with `SERVICEX_`.
 */
export const ENV = {
  port: 'PORT',
  adminPort: 'ADMIN_PORT',
  logLevel: 'LOG_LEVEL',
  nodeEnv: 'NODE_ENV',
  otelServiceName: 'OTEL_SERVICE_NAME',
  otelResourceAttributes: 'OTEL_RESOURCE_ATTRIBUTES',
  otlpEndpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  otlpTracesEndpoint: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  otlpHeaders: 'OTEL_EXPORTER_OTLP_HEADERS',
  otlpTracesHeaders: 'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  otlpProtocol: 'OTEL_EXPORTER_OTLP_PROTOCOL',
  otlpTracesProtocol: 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
  otlpTimeout: 'OTEL_EXPORTER_OTLP_TIMEOUT',
  otelTracesExporter: 'OTEL_TRACES_EXPORTER',
  otelSdkDisabled: 'OTEL_SDK_DISABLED',
  otelTracesSampler: 'OTEL_TRACES_SAMPLER',
  otelTracesSamplerArg: 'OTEL_TRACES_SAMPLER_ARG',
  otelBspScheduleDelay: 'OTEL_BSP_SCHEDULE_DELAY',
  otelBspMaxQueueSize: 'OTEL_BSP_MAX_QUEUE_SIZE',
  otelBspMaxExportBatchSize: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
  sentryDsn: 'SENTRY_DSN',
  sentryRelease: 'SENTRY_RELEASE',
  sentryEnvironment: 'SENTRY_ENVIRONMENT',
  kubernetesServiceHost: 'KUBERNETES_SERVICE_HOST',
  process: 'SERVICEX_PROCESS',
  revision: 'SERVICEX_REVISION',
  logFormat: 'SERVICEX_LOG_FORMAT',
  propagationDelay: 'SERVICEX_PROPAGATION_DELAY',
  drainTimeout: 'SERVICEX_DRAIN_TIMEOUT',
  shutdownTimeout: 'SERVICEX_SHUTDOWN_TIMEOUT',
  maxSeries: 'SERVICEX_MAX_SERIES',
  internalHosts: 'SERVICEX_INTERNAL_HOSTS',
  googleProject: 'GOOGLE_CLOUD_PROJECT',
} as const

/** Gives the variable that says where a service is, in place of every other way: `SERVICEX_URL_BILLING`. */
export function toUrlVariable(service: string): string {
  return `SERVICEX_URL_${service.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
}
