// What the packages' guides say to preload: Sentry beside an OpenTelemetry set-up of one's own, and the
// SDK with every instrumentation of the bundle, shut down on SIGTERM.
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { NodeSDK } from '@opentelemetry/sdk-node'

const { SENTRY_DSN, OTEL_EXPORTER_OTLP_ENDPOINT } = process.env
if (SENTRY_DSN !== undefined) {
  const Sentry = await import('@sentry/node')
  Sentry.init({
    dsn: SENTRY_DSN,
    integrations: (defaults) => [...defaults, Sentry.openTelemetryIntegration()],
  })
}
globalThis.sdk = new NodeSDK({
  ...(OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? {} : { traceExporter: new OTLPTraceExporter() }),
  instrumentations: [getNodeAutoInstrumentations()],
})
globalThis.sdk.start()
