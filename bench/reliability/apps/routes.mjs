// What both variants serve and how both end. `tools` is what differs: log, capture, withSpan.
import { writeSync } from 'node:fs'
import { createServer, get } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import express from 'express'

const delays = monitorEventLoopDelay({ resolution: 5 })

/** Serves, and says on file descriptor 3 where. */
export async function serve(tools, adminPort) {
  delays.enable()
  const server = createServer(toApp(tools))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  writeSync(3, `${JSON.stringify({ port: server.address().port, admin: await adminPort })}\n`)
  return server
}

function toApp({ log, capture }) {
  const app = express()
  app.get('/', (_request, response) => void response.send('ok'))
  app.get('/users/:id', (_request, response) => void response.send('ok'))
  app.get('/delay', (_request, response) => {
    response.send(String(delays.max / 1e6))
    delays.reset()
  })
  app.get('/error', (_request, response) => {
    const error = new Error('worth knowing')
    log.error(error)
    capture(error)
    response.send('ok')
  })
  app.get('/lines', (_request, response) => {
    for (let line = 0; line < 100; line += 1) log.info('x'.repeat(500))
    response.send('ok')
  })
  app.get('/secrets', (request, response) => {
    const secret = request.get('x-sentinel')
    log.info(
      { Password: secret, user: { password: secret }, a: { b: { token: secret } } },
      'fields',
    )
    log.info({ headers: { authorization: `Bearer ${secret}`, cookie: `sid=${secret}` } }, 'headers')
    log.info(`connecting to postgres://app:${secret}@db/app`)
    const error = new Error(`postgres://app:${secret}@db refused the connection`)
    log.error(error)
    capture(error)
    response.send('ok')
  })
  return app
}

const ENDS = {
  'a throw in a timer': () => setTimeout(fail),
  'an unhandled rejection': () => void Promise.reject(new Error('last error')),
  'a throw in a request': () => {
    const server = createServer(() => setTimeout(fail)).listen(0, '127.0.0.1', () => {
      get({ port: server.address().port }).on('error', () => undefined)
    })
  },
  'a throw in a worker thread': () =>
    new Worker("setTimeout(() => { throw new Error('last error') })", { eval: true }),
  'process.exit(3)': ({ capture }) => {
    capture(new Error('last error'))
    process.exit(3)
  },
  'a natural end': ({ capture }) => capture(new Error('last error')),
}

/** Ends in one of the ways, right after a last span and a last line. */
export function end(tools, how) {
  tools.withSpan('last span', () => undefined)
  tools.log.info('last line')
  ENDS[how](tools)
}

function fail() {
  throw new Error('last error')
}
