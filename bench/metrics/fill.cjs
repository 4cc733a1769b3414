// As many series as asked: histograms have 17 samples for each combination of labels, counters one.

const COUNTERS_SHARE = 0.05
const SAMPLES_PER_HISTOGRAM = 17
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
const STATUSES = ['200', '201', '404', '500']

exports.HISTOGRAM = {
  name: 'bench_request_duration_seconds',
  help: 'Duration of requests, seconds',
  labels: ['method', 'route', 'status'],
  buckets: BUCKETS,
}
exports.COUNTER = { name: 'bench_orders_total', help: 'Orders', labels: ['plan'] }

/** Calls `observe(labels, seconds)` and `count(labels)` until there are `series` series. */
exports.fill = (series, { observe, count }) => {
  const counters = Math.round(series * COUNTERS_SHARE)
  const histograms = Math.round((series - counters) / SAMPLES_PER_HISTOGRAM)
  for (let index = 0; index < histograms; index += 1) {
    const status = STATUSES[index % STATUSES.length]
    const route = `/resources/${Math.floor(index / STATUSES.length)}/:id`
    for (const seconds of BUCKETS) observe({ method: 'GET', route, status }, seconds)
  }
  for (let index = 0; index < counters; index += 1) count({ plan: `plan-${index}` })
}
