import { connect as connectHttp2 } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { openApp, type AppOptions, type AppProcess } from './app-process.ts'
import { answer } from './load.ts'
import { openWire, toGet } from './wire.ts'

const apps: AppProcess[] = []

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()))
})

describe('SIGTERM finishes what is under way, then exits 0', () => {
  test.for(['node-http', 'fastify', 'express', 'hono', 'koa'])('%s', async (server) => {
    const app = await open(`serve-${server}.ts`)
    const [idle, busy] = await Promise.all([openWire(app.port), openWire(app.port)])
    idle.write(toGet('/'))
    await idle.until('ok')
    busy.write(toGet('/held'))
    await app.waitForLine(({ message }) => message === 'holding')

    app.kill('SIGTERM')
    await idle.closed
    expect(await probe(app, '/livez')).toEqual([200, 'live\n'])
    expect(await probe(app, '/readyz')).toEqual([
      503,
      '{"ready":false,"reason":"draining: SIGTERM","checks":{}}\n',
    ])
    app.tell('release')

    expect(await busy.closed).toMatch(/^HTTP\/1\.1 200 OK\r\n(.*\r\n)*connection: close\r\n/i)
    expect(busy.received).toContain('ok')
    expect(await app.ended).toEqual({ exitCode: 0, signal: null, stderr: '' })
    const seen = app.lines.map(({ message }) => message)
    expect(seen.indexOf('SIGTERM: draining')).toBeGreaterThan(seen.indexOf('holding'))
  })

  test('http, https and http2 in one process', async () => {
    const app = await open('serve-several.ts')
    const { httpsPort, http2Port } = app.lines.at(-1) as { httpsPort?: number; http2Port?: number }
    const session = connectHttp2(`http://127.0.0.1:${http2Port}`)
    const wire = await openWire(app.port)
    wire.write(toGet('/held'))
    const replies = Promise.all([
      wire.closed,
      answer(httpsRequest(`https://127.0.0.1:${httpsPort}/held`, { rejectUnauthorized: false })),
      text(session.request({ ':path': '/held' })),
    ])
    await app.waitForLine(() => countOf(app, 'holding') === 3)

    app.kill('SIGTERM')
    await app.waitForLine(({ message }) => message === 'SIGTERM: draining')
    app.tell('release')
    const [overHttp, , overHttp2] = await replies
    expect([overHttp.slice(-2), overHttp2]).toEqual(['ok', 'ok'])
    expect((await app.ended).exitCode).toBe(0)
  })

  test('pipelined requests are all answered, and only the last reply closes', async () => {
    const app = await open('serve-node-http.ts')
    const wire = await openWire(app.port)
    wire.write(toGet('/held').repeat(3))
    await app.waitForLine(() => countOf(app, 'holding') === 3)

    app.kill('SIGTERM')
    await app.waitForLine(({ message }) => message === 'SIGTERM: draining')
    app.tell('release')
    const replies = (await wire.closed).split(/(?=HTTP\/1\.1 )/)
    expect(replies.map((reply) => /connection: ([\w-]+)/i.exec(reply)?.[1])).toEqual([
      'keep-alive',
      'keep-alive',
      'close',
    ])
    expect(replies.every((reply) => reply.endsWith('ok'))).toBe(true)
    expect((await app.ended).exitCode).toBe(0)
  })

  test('a stream goes on to its end, and its connection closes although its headers said keep-alive', async () => {
    const app = await open('serve-streams.ts')
    const wire = await openWire(app.port)
    wire.write(toGet('/stream'))
    await wire.until('first ')

    app.kill('SIGTERM')
    await app.waitForLine(({ message }) => message === 'SIGTERM: draining')
    app.tell('release')
    expect(await wire.closed).toMatch(/connection: keep-alive[^]*first [^]*last/i)
    expect((await app.ended).exitCode).toBe(0)
  })

  test('a reply that the app itself calls keep-alive closes all the same', async () => {
    const app = await open('serve-streams.ts')
    const wire = await openWire(app.port)
    wire.write(toGet('/kept'))
    await app.waitForLine(({ message }) => message === 'holding')

    app.kill('SIGTERM')
    await app.waitForLine(({ message }) => message === 'SIGTERM: draining')
    app.tell('release')
    expect(await wire.closed).toMatch(/connection: close/i)
    expect(wire.received).not.toMatch(/keep-alive/i)
  })

  test('a connection that never says anything does not hold up the end', async () => {
    const app = await open('serve-node-http.ts', { SERVICEX_DRAIN_TIMEOUT: '20' })
    const silent = await openWire(app.port)

    app.kill('SIGTERM')
    expect(await silent.closed).toBe('')
    expect((await app.ended).exitCode).toBe(0)
    expect(app.lines.at(-1)?.message).toBe('SIGTERM: draining')
  })
})

describe('while balancers notice, the service serves on', () => {
  test('every reply says Connection: close, of kept and of new connections', async () => {
    const app = await open('serve-node-http.ts', { SERVICEX_PROPAGATION_DELAY: '60' })
    const kept = await openWire(app.port)
    kept.write(toGet('/'))
    await kept.until('ok')
    app.kill('SIGTERM')
    await app.waitForLine(({ message }) => message === 'SIGTERM: draining')

    kept.write(toGet('/'))
    const fresh = await openWire(app.port)
    fresh.write(toGet('/'))
    for (const reply of [await kept.closed, await fresh.closed])
      expect(reply).toMatch(/connection: close\r\n[^]*ok$/i)
    expect((await probe(app, '/readyz'))[0]).toBe(503)
  })

  test('http2 clients are told to go, and what they sent is served', async () => {
    const app = await open('serve-http2.ts', { SERVICEX_PROPAGATION_DELAY: '60' })
    const session = connectHttp2(`http://127.0.0.1:${app.port}`)
    const goaway = new Promise((resolve) => session.once('goaway', (...seen) => resolve(seen)))
    const reply = text(session.request({ ':path': '/held' }))
    await app.waitForLine(({ message }) => message === 'holding')

    app.kill('SIGTERM')
    expect(await goaway).toEqual([0, 2 ** 31 - 1, undefined])
    app.tell('release')
    expect(await reply).toBe('ok')
    const later = connectHttp2(`http://127.0.0.1:${app.port}`)
    expect(await text(later.request({ ':path': '/' }))).toBe('ok')
    later.destroy()
  })
})

describe('at the deadline what is left is closed, and the process exits 0', () => {
  test('events', async () => {
    const app = await open('serve-streams.ts', { SERVICEX_DRAIN_TIMEOUT: '0.2' })
    const wire = await openWire(app.port)
    wire.write(toGet('/events'))
    await wire.until('tick')

    app.kill('SIGTERM')
    await wire.closed
    expect((await app.ended).exitCode).toBe(0)
    expect(app.lines).toContainEqual(
      expect.objectContaining({
        severity: 'warn',
        message: 'requests were still under way after 200 ms: their connections are closed',
      }),
    )
  })

  test('a request that hangs', async () => {
    const app = await open('serve-node-http.ts', { SERVICEX_DRAIN_TIMEOUT: '0.2' })
    const wire = await openWire(app.port)
    wire.write(toGet('/held'))
    await app.waitForLine(({ message }) => message === 'holding')

    app.kill('SIGTERM')
    expect(await wire.closed).toBe('')
    expect((await app.ended).exitCode).toBe(0)
  })
})

describe('a second signal ends the process at once', () => {
  test.for([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s: exit code %i', async ([signal, code]) => {
    const app = await open('serve-node-http.ts', { SERVICEX_DRAIN_TIMEOUT: '20' })
    const wire = await openWire(app.port)
    wire.write(toGet('/held'))
    await app.waitForLine(({ message }) => message === 'holding')

    app.kill(signal)
    await app.waitForLine(({ message }) => message === `${signal}: draining`)
    app.kill(signal)
    expect((await app.ended).exitCode).toBe(code)
  })
})

test('onShutdown hooks run after the last request, the latest first; a failing one is named and stops nobody', async () => {
  const app = await open('serve-hooks.ts')
  const wire = await openWire(app.port)
  wire.write(toGet('/'))
  await app.waitForLine(({ message }) => message === 'holding')
  app.kill('SIGTERM')
  await app.waitForLine(({ message }) => message === 'SIGTERM: draining')
  app.tell('release')

  expect((await app.ended).exitCode).toBe(0)
  const after = app.lines.findIndex(({ message }) => message === 'SIGTERM: draining')
  expect(app.lines.slice(after + 1).map(({ message }) => message)).toEqual([
    'GET unmatched 200',
    'hook last',
    'onShutdown hook "queue" failed: queue is gone',
    'hook consumer',
    'onShutdown hook "pool" failed: pool is gone',
    'hook first',
  ])
})

async function open(fixture: string, env: AppOptions['env'] = {}): Promise<AppProcess> {
  const app = await openApp(fixture, { env })
  apps.push(app)
  return app
}

async function probe(app: AppProcess, path: string): Promise<[number, string]> {
  const response = await fetch(app.adminUrl + path)
  return [response.status, await response.text()]
}

function countOf(app: AppProcess, message: string): number {
  return app.lines.filter((line) => line.message === message).length
}
