// Logs, metrics, health and the end of the process, as one wires them by hand.
import { createServer } from 'node:http'
import { trace } from '@opentelemetry/api'
import * as Sentry from '@sentry/node'
import pino from 'pino'
import prometheus from 'prom-client'
import { end, serve } from './routes.mjs'

const log = pino()
const tracer = trace.getTracer('app')
const tools = {
  log,
  capture: (error) => Sentry.captureException(error),
  withSpan: (name, work) =>
    tracer.startActiveSpan(name, (span) => {
      work()
      span.end()
    }),
}
if (process.argv[2] === 'serve') await start()
else end(tools, process.argv[2])

async function start() {
  prometheus.collectDefaultMetrics()
  const seconds = new prometheus.Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of inbound requests, seconds',
    labelNames: ['method', 'route', 'status'],
  })
  let ready = true
  const admin = createServer((request, response) => {
    if (request.url === '/metrics') {
      prometheus.register.metrics().then((page) => response.end(page), console.error)
      return
    }
    response.statusCode = request.url === '/readyz' && !ready ? 503 : 200
    response.end()
  })
  const adminPort = new Promise((resolve) => {
    admin.listen(0, '127.0.0.1', () => resolve(admin.address().port))
  })
  const server = await serve(tools, adminPort)
  server.prependListener('request', (request, response) => {
    const stop = seconds.startTimer()
    response.on('close', () => {
      const { method, url } = request
      stop({ method, route: request.route?.path ?? url, status: response.statusCode })
      log.info({ method, url, status: response.statusCode }, 'request')
    })
  })
  process.on('SIGTERM', () => {
    ready = false
    server.close(() => {
      globalThis.sdk.shutdown().finally(() => process.exit(0))
    })
  })
}
