import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { connect, constants, type ClientHttp2Session } from 'node:http2'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { openApp } from './app-process.ts'
import { openBalancer } from './balancer.ts'
import { answer, freshClients, keepAliveClients, startLoad, type SendOne } from './load.ts'

const ENV = { SERVICEX_PROPAGATION_DELAY: '0.4' }

const SERVERS: readonly (readonly [string, (port: number) => SendOne[]])[] = [
  ['node:http', httpClients],
  ['fastify', httpClients],
  ['express', httpClients],
  ['hono', httpClients],
  ['koa', httpClients],
  ['https', httpsClients],
  ['http2', http2Clients],
]

test.for(SERVERS)(
  'a rolling replacement of %s under load fails no request',
  async ([server, toClients]) => {
    const { answers, failures, exitCodes } = await replace(fixtureOf(server), toClients)
    expect(failures).toEqual([])
    expect(exitCodes).toEqual([0, 0])
    expect(answers).toBeGreaterThan(100)
  },
)

test('the same replacement of an app that only closes its server fails requests: the load can tell', async () => {
  const { failures } = await replace('serve-by-hand.ts', httpClients)
  expect(failures.length).toBeGreaterThan(0)
})

interface Replacement {
  readonly answers: number
  readonly failures: readonly string[]
  readonly exitCodes: readonly (number | null)[]
}

/** Replaces one process by another behind a balancer, while clients go on asking. */
async function replace(
  fixture: string,
  toClients: (port: number) => SendOne[],
): Promise<Replacement> {
  const balancer = await openBalancer({ pollMs: 50, lagMs: 150 })
  const [old, next] = await Promise.all([0, 1].map(() => openApp(fixture, { env: ENV })))
  if (old === undefined || next === undefined) throw new Error('unreachable')
  await balancer.add(old)
  const load = startLoad(toClients(balancer.port), 10)
  try {
    await load.answered(50)
    await balancer.add(next)
    old.kill('SIGTERM')
    const { exitCode } = await old.ended
    balancer.remove(old)
    await load.answered(50)
    await load.stop()
    next.kill('SIGTERM')
    const end = await next.ended
    return { answers: load.answers, failures: load.failures, exitCodes: [exitCode, end.exitCode] }
  } finally {
    await Promise.all([load.stop(), old.close(), next.close()])
    await balancer.close()
  }
}

function fixtureOf(server: string): string {
  return `serve-${server.replace(':', '-')}.ts`
}

function httpClients(port: number): SendOne[] {
  return [...keepAliveClients(port, 6), ...freshClients(port, 2)]
}

function httpsClients(port: number): SendOne[] {
  const toClient = (agent: HttpsAgent): SendOne => {
    const options = { port, host: '127.0.0.1', path: '/', agent, rejectUnauthorized: false }
    return () => answer(httpsRequest(options))
  }
  const kept = Array.from({ length: 4 }, () => new HttpsAgent({ keepAlive: true, maxSockets: 1 }))
  return [...kept.map(toClient), toClient(new HttpsAgent({ keepAlive: false }))]
}

function http2Clients(port: number): SendOne[] {
  return Array.from({ length: 4 }, () => {
    let session: ClientHttp2Session | undefined
    return async function send(): Promise<void> {
      if (session === undefined || session.closed || session.destroyed)
        session = connect(`http://127.0.0.1:${port}`).on('error', () => undefined)
      const stream = session.request({ ':path': '/' })
      try {
        if ((await text(stream)) !== 'ok') throw new Error('not the whole answer')
      } catch (error) {
        // A stream that a session going away did not take was never processed: RFC 9113 §8.7.
        if (stream.rstCode !== constants.NGHTTP2_REFUSED_STREAM) throw error
        session = undefined
        await send()
      }
    }
  })
}
