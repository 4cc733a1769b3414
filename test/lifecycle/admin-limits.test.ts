import { afterEach, describe, expect, test, vi } from 'vitest'
import { openAdminServer, type AdminServer } from '../../src/lifecycle/admin-server.ts'
import { LogLevelControl } from '../../src/lifecycle/log-level-control.ts'
import type { LogLevel } from '../../src/convention/log-levels.ts'
import { openWire, toGet } from './wire.ts'

let admin: AdminServer

afterEach(() => {
  vi.useRealTimers()
  admin.server.closeAllConnections()
  admin.server.close()
})

describe('a client that takes its time is closed at the limit', () => {
  test.for([
    ['says nothing', ''],
    ['never ends its headers', 'GET /livez HTTP/1.1\r\nA: '],
    ['never sends its body', 'PUT /loglevel HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx'],
  ] as const)('one that %s', async ([, begun]) => {
    admin = open({ timeoutMs: 300 })
    const wire = await openWire(await admin.port)
    wire.write(begun)
    const answer = await wire.closed
    expect(answer).toMatch(/^(?:HTTP\/1\.1 (?:408|4\d\d)|$)/)
  })

  test('one that sends a byte now and then', async () => {
    admin = open({ timeoutMs: 300 })
    const wire = await openWire(await admin.port)
    wire.write('GET /livez HTTP/1.1\r\nA: ')
    const drip = setInterval(() => wire.write('a'), 30)
    expect(await wire.closed).toMatch(/^HTTP\/1\.1 408/)
    clearInterval(drip)
  })

  test('one that keeps its connection and asks no more', async () => {
    admin = open({ timeoutMs: 300 })
    const wire = await openWire(await admin.port)
    wire.write(toGet('/livez'))
    expect(await wire.closed).toMatch(/^HTTP\/1\.1 200/)
  })
})

test('beyond the limit of connections the oldest makes room for the newest', async () => {
  admin = open({ connections: 3 })
  const port = await admin.port
  const wires = [await openWire(port), await openWire(port), await openWire(port)]
  const probe = await openWire(port)
  probe.write(toGet('/livez'))
  await probe.until('live\n')
  await wires[0]?.closed
  wires[1]?.write(toGet('/livez'))
  await wires[1]?.until('live\n')
})

test('a page that fails is a 500 without a secret, and the next is answered', async () => {
  admin = open({}, () => Promise.reject(new Error('postgres://u:hunter2@db is gone')))
  const url = `http://127.0.0.1:${await admin.port}`
  const failed = await fetch(`${url}/metrics`)
  expect(failed.status).toBe(500)
  expect(await failed.text()).not.toContain('hunter2')
  expect((await fetch(`${url}/livez`)).status).toBe(200)
})

test('a port that is taken is one error that names it, with the fix', async () => {
  admin = open({})
  const taken = openAdminServer(await admin.port, sources())
  await expect(taken.port).rejects.toMatchObject({
    code: 'SERVICEX_ADMIN_PORT_UNAVAILABLE',
    message: expect.stringMatching(/EADDRINUSE[^]*fix: free the port/),
  })
})

describe('a log level that was put in force', () => {
  test('goes back to the former after its time, also when it was changed in between', () => {
    admin = open({})
    vi.useFakeTimers()
    let level: LogLevel = 'warn'
    const control = new LogLevelControl({ get: () => level, set: (next) => (level = next) })
    control.change('debug', '60')
    vi.advanceTimersByTime(50_000)
    control.change('info', '60')
    vi.advanceTimersByTime(59_000)
    expect(level).toBe('info')
    vi.advanceTimersByTime(2000)
    expect(level).toBe('warn')
    expect(control.lease).toEqual({ level: 'warn', until: undefined })
  })

  test('holds for ten minutes when nobody says how long', () => {
    admin = open({})
    vi.useFakeTimers()
    let level: LogLevel = 'info'
    const control = new LogLevelControl({ get: () => level, set: (next) => (level = next) })
    control.change('debug', null)
    vi.advanceTimersByTime(599_000)
    expect(level).toBe('debug')
    vi.advanceTimersByTime(2000)
    expect(level).toBe('info')
  })
})

type Sources = Parameters<typeof openAdminServer>[1]

function open(
  limits: Partial<Parameters<typeof openAdminServer>[2]>,
  metrics?: Sources['metrics'],
): AdminServer {
  const all = { connections: 32, headerBytes: 8192, timeoutMs: 10_000, ...limits }
  return openAdminServer(0, sources(metrics), all)
}

function sources(metrics?: Sources['metrics']): Sources {
  return {
    readiness: () => Promise.resolve({ ready: true, checks: {} }),
    metrics: metrics ?? (() => Promise.resolve({ contentType: 'text/plain', body: '' })),
    info: {},
    logLevel: new LogLevelControl({ get: () => 'info', set: () => undefined }),
  }
}
