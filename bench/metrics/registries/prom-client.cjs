const { createServer } = require('node:http')
const prometheus = require('prom-client')
const { tellReady } = require('../../measure/answers.cjs')
const { COUNTER, fill, HISTOGRAM } = require('../fill.cjs')

prometheus.collectDefaultMetrics()
const seconds = new prometheus.Histogram({ ...HISTOGRAM, labelNames: HISTOGRAM.labels })
const orders = new prometheus.Counter({ ...COUNTER, labelNames: COUNTER.labels })

fill(Number(process.argv[2]), {
  observe: (labels, value) => seconds.observe(labels, value),
  count: (labels) => orders.inc(labels),
})
const server = createServer((request, response) => void sendMetrics(response))
server.listen(0, '127.0.0.1', () => tellReady({ port: server.address().port }))

async function sendMetrics(response) {
  response.end(await prometheus.register.metrics())
}
