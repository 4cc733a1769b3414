// All signals, as the packages' own guides wire them: Sentry beside an OpenTelemetry set-up of one's
// own, the SDK with every instrumentation of the bundle, pino and prom-client.
const Sentry = require('@sentry/node')

Sentry.init({ integrations: (defaults) => [...defaults, Sentry.openTelemetryIntegration()] })

const { getNodeAutoInstrumentations } = require('@opentelemetry/auto-instrumentations-node')
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto')
const { NodeSDK } = require('@opentelemetry/sdk-node')

new NodeSDK({
  traceExporter: new OTLPTraceExporter(),
  instrumentations: [getNodeAutoInstrumentations()],
}).start()

const { log, logRequest } = require('./parts/access-line.cjs')
const { metricsPort, observeRequest } = require('./parts/request-metrics.cjs')

require('../serve.cjs').serve({
  metricsPort,
  onRequest(request, response) {
    logRequest(request, response)
    observeRequest(request, response)
  },
  onError(error) {
    log.error(error)
    Sentry.captureException(error)
  },
})
