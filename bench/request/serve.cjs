// What every variant ends with: serves the route named by the first argument, until it is killed.
const { tellReady } = require('../measure/answers.cjs')

/**
 * `onRequest` sees each request before the route, and `onError` each error that the route dealt with, as
 * one wires logs, metrics and error collection by hand. `metricsPort` resolves with where /metrics is.
 */
exports.serve = (parts = {}) => void listen(parts)

async function listen({ onRequest, onError = () => undefined, metricsPort }) {
  const { openServer } = require(`./routes/${process.argv[2]}.cjs`)
  const server = await openServer({ onError })
  if (onRequest) server.prependListener('request', onRequest)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { user, system } = process.cpuUsage()
  const listeningCpuMs = (user + system) / 1000
  tellReady({ port: server.address().port, metricsPort: await metricsPort, listeningCpuMs })
}
