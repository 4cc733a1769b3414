// Logs, metrics and their port, as one wires them by hand; traces and errors are in the preload.
import { createServer } from 'node:http'
import pino from 'pino'
import prometheus from 'prom-client'
import { report } from './probe.mjs'

const log = pino()
prometheus.collectDefaultMetrics()
const seconds = new prometheus.Histogram({
  name: 'http_server_request_duration_seconds',
  help: 'Duration of inbound requests, seconds',
  labelNames: ['method', 'status'],
})

createServer((_request, response) => {
  prometheus.register.metrics().then((page) => response.end(page), console.error)
}).listen(0, '127.0.0.1')

createServer((request, response) => {
  const end = seconds.startTimer()
  response.on('close', () => {
    end({ method: request.method, status: response.statusCode })
    log.info({ method: request.method, status: response.statusCode }, 'request')
  })
  response.end('ok')
}).listen(0, '127.0.0.1', report)
