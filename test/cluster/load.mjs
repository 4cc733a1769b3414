// Run in a pod, by `node -e`: asks one address steadily until it is told to stop, and says what came of it.
import { Agent, createServer, get } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const [, url = '', kind = 'fresh', workers = '3'] = process.argv
const PAUSE_MS = 10
const TIMEOUT_MS = 10_000

const agent = new Agent({ keepAlive: kind === 'keep-alive' })
const result = { requests: 0, failed: {}, slowestMs: 0 }
let isStopped = false

function ask() {
  const { promise, resolve } = Promise.withResolvers()
  const request = get(url, { agent, timeout: TIMEOUT_MS }, (response) => {
    response.resume()
    response.on('end', () => resolve(response.complete ? response.statusCode : 'cut'))
    response.on('error', (error) => resolve(error.code))
  })
  request.on('timeout', () => request.destroy(new Error('timeout')))
  request.on('error', (error) => resolve(error.code ?? error.message))
  return promise
}

async function askOn() {
  while (!isStopped) {
    const startedMs = performance.now()
    const answer = await ask()
    result.requests += 1
    result.slowestMs = Math.max(result.slowestMs, Math.round(performance.now() - startedMs))
    if (answer !== 200) result.failed[answer] = (result.failed[answer] ?? 0) + 1
    await delay(PAUSE_MS)
  }
}

const work = Promise.all(Array.from({ length: Number(workers) }, askOn))

createServer((request, response) => {
  isStopped ||= request.url === '/stop'
  const answer = () => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(result))
  }
  void (isStopped ? work : Promise.resolve()).then(answer)
}).listen(8081)
