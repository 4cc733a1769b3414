// Rate, errors and duration with prom-client, and the port they are read from.
const { createServer } = require('node:http')
const prometheus = require('prom-client')

prometheus.collectDefaultMetrics()
const seconds = new prometheus.Histogram({
  name: 'http_server_request_duration_seconds',
  help: 'Duration of inbound requests, seconds',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
})

exports.observeRequest = (request, response) => {
  const end = seconds.startTimer({ method: request.method, route: process.argv[2] })
  response.on('close', () => end({ status: response.statusCode }))
}

exports.metricsPort = new Promise((resolve) => {
  const server = createServer((request, response) => void sendMetrics(response))
  server.listen(0, '127.0.0.1', () => resolve(server.address().port))
})

async function sendMetrics(response) {
  response.end(await prometheus.register.metrics())
}
