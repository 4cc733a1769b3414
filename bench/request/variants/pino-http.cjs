const logRequest = require('pino-http')()
const { metricsPort, observeRequest } = require('./parts/request-metrics.cjs')

require('../serve.cjs').serve({
  metricsPort,
  onRequest(request, response) {
    logRequest(request, response)
    observeRequest(request, response)
  },
})
