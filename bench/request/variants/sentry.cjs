// Errors only, or with SENTRY_TRACES_SAMPLE_RATE tracing too.
const Sentry = require('@sentry/node')

// By default 64 envelopes may wait, and the rest is dropped: with tracing that is one a request.
Sentry.init({ transportOptions: { bufferSize: 20_000 } })
require('../serve.cjs').serve({ onError: (error) => Sentry.captureException(error) })
