// The leanest access line one writes by hand with pino.
const log = require('pino')()

exports.log = log
exports.logRequest = (request, response) => {
  const startedAt = performance.now()
  response.on('close', () => {
    const { method, url } = request
    const http = { method, path: url, status: response.statusCode }
    log.info({ http: { ...http, duration_ms: performance.now() - startedAt } }, 'request')
  })
}
