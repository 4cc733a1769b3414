import { connect, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApp, type AppProcess } from './app-process.ts'
import { openWire, toGet } from './wire.ts'

let app: AppProcess
let port: number

beforeAll(async () => {
  app = await openApp('serve-telemetry.ts')
  port = Number(new URL(app.adminUrl).port)
})

afterAll(async () => {
  // Whatever was sent above: the process drains and ends as it should.
  app.kill('SIGTERM')
  const end = await app.ended
  expect(end).toEqual({ exitCode: 0, signal: null, stderr: '' })
})

const HOST = '\r\nHost: a\r\n\r\n'

/** What is sent, and how the answer begins; nothing where the connection is only closed. */
const HOSTILE: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
  ['two slashes', `GET // HTTP/1.1${HOST}`, /^HTTP\/1\.1 404/],
  ['a broken absolute URL', `GET http://[:: HTTP/1.1${HOST}`, /^HTTP\/1\.1 40[04]/],
  ['an absolute URL of a page', `GET http://a/metrics HTTP/1.1${HOST}`, /^HTTP\/1\.1 404/],
  ['an asterisk', `GET * HTTP/1.1${HOST}`, /^HTTP\/1\.1 40[04]/],
  ['OPTIONS for the server', `OPTIONS * HTTP/1.1${HOST}`, /^HTTP\/1\.1 404/],
  ['a trailing slash', `GET /metrics/ HTTP/1.1${HOST}`, /^HTTP\/1\.1 404/],
  ['a dot segment', `GET /./metrics HTTP/1.1${HOST}`, /^HTTP\/1\.1 404/],
  ['two dots', `GET /livez/../metrics HTTP/1.1${HOST}`, /^HTTP\/1\.1 404/],
  ['an encoded letter', `GET /%6detrics HTTP/1.1${HOST}`, /^HTTP\/1\.1 404/],
  ['capitals', `GET /Metrics HTTP/1.1${HOST}`, /^HTTP\/1\.1 404/],
  ['an encoded NUL', `GET /metrics%00 HTTP/1.1${HOST}`, /^HTTP\/1\.1 404/],
  ['a raw NUL', `GET /metrics\0 HTTP/1.1${HOST}`, /^HTTP\/1\.1 400/],
  ['a name of every object', `GET /__proto__ HTTP/1.1${HOST}`, /^HTTP\/1\.1 404/],
  ['another', `GET constructor HTTP/1.1${HOST}`, /^HTTP\/1\.1 40[04]/],
  ['a fragment', `GET /metrics#a HTTP/1.1${HOST}`, /^HTTP\/1\.1 40[04]/],
  ['CONNECT', `CONNECT metrics:443 HTTP/1.1${HOST}`, /^HTTP\/1\.1 400/],
  ['a method that changes things', `DELETE /metrics HTTP/1.1${HOST}`, /^HTTP\/1\.1 405/],
  ['a method without a page', `PROPFIND /livez HTTP/1.1${HOST}`, /^HTTP\/1\.1 405/],
  ['a method in small letters', `get /livez HTTP/1.1${HOST}`, /^HTTP\/1\.1 400/],
  ['an unknown method', `CONSTRUCTOR /livez HTTP/1.1${HOST}`, /^HTTP\/1\.1 400/],
  ['no host', 'GET /livez HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400/],
  ['another version', `GET /livez HTTP/9.9${HOST}`, /^HTTP\/1\.1 400/],
  ['no version, as of HTTP/0.9', 'GET /livez\r\n\r\n', /^HTTP\/1\.1 (?:200|400)/],
  [
    'a header of 64 kB',
    `GET /livez HTTP/1.1\r\nA: ${'a'.repeat(65_536)}${HOST}`,
    /^HTTP\/1\.1 431/,
  ],
  ['a path of 64 kB', `GET /${'a'.repeat(65_536)} HTTP/1.1${HOST}`, /^HTTP\/1\.1 431/],
  // Node 22 says 400.
  [
    '1 000 headers',
    `GET /livez HTTP/1.1\r\n${'a: b\r\n'.repeat(2000)}${HOST}`,
    /^HTTP\/1\.1 4(?:00|31)/,
  ],
  [
    'two lengths',
    `GET /livez HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2${HOST}`,
    /^HTTP\/1\.1 400/,
  ],
  [
    'a length and chunks',
    `GET /livez HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked${HOST}`,
    /^HTTP\/1\.1 400/,
  ],
  [
    'a broken chunk',
    `POST /livez HTTP/1.1\r\nTransfer-Encoding: chunked${HOST}xyz\r\n`,
    /^HTTP\/1\.1 40[05]/,
  ],
  ['a header without a name', `GET /livez HTTP/1.1\r\n: a${HOST}`, /^HTTP\/1\.1 400/],
  ['a line feed in a header', `GET /livez HTTP/1.1\r\na: b\rc: d${HOST}`, /^HTTP\/1\.1 400/],
  ['a TLS hello', Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 0, 0), /^HTTP\/1\.1 400/],
  ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /^HTTP\/1\.1 (?:400|505)/],
  ['nothing but line ends', '\r\n'.repeat(100_000), /^(?:HTTP\/1\.1 400|$)/],
]

describe('whatever bytes come, the answer is 4xx or a closed connection, and the process lives', () => {
  test.for(HOSTILE)('%s', async ([, bytes, answer]) => {
    expect(await send(bytes)).toMatch(answer)
    expect(await send(toGet('/livez', 'Connection: close\r\n'))).toMatch(/^HTTP\/1\.1 200/)
  })

  test('any bytes', async () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 4096 }),
      fc.string({ unit: 'binary', maxLength: 200 }).map((path) => `GET /${path} HTTP/1.1${HOST}`),
      fc.stringMatching(
        /^[A-Z]{1,8} [!-~]{1,80} HTTP\/1\.[01]\r\n([!-~]{1,20}: [ -~]{0,40}\r\n){0,5}\r\n$/,
      ),
    )
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        expect(await send(bytes)).toMatch(/^(?:HTTP\/1\.1 (?:[24]\d\d|505)|$)/)
      }),
      { numRuns: 300 },
    )
    expect(await send(toGet('/livez', 'Connection: close\r\n'))).toMatch(/^HTTP\/1\.1 200/)
  })

  test('a connection that is broken in the middle of anything', async () => {
    for (const begun of [
      '',
      'GET /li',
      `CONNECT a:1 HTTP/1.1${HOST}`,
      toGet('/metrics').repeat(20),
    ]) {
      for (let count = 0; count < 10; count += 1) {
        const { socket } = await openWire(port)
        socket.write(begun)
        await new Promise((resolve) => setImmediate(resolve))
        socket.resetAndDestroy()
      }
    }
    expect(await send(toGet('/livez', 'Connection: close\r\n'))).toMatch(/^HTTP\/1\.1 200/)
  })

  test('a client that offers another protocol is served with this one', async () => {
    const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n'
    const wire = await openWire(port)
    wire.write(toGet('/livez', offer))
    expect(await wire.until('live\n')).toMatch(/^HTTP\/1\.1 200/)
    wire.socket.destroy()
  })
})

describe('a flood of connections', () => {
  test('keeps neither a probe nor a request of the app waiting', async () => {
    const flood: Socket[] = []
    for (let count = 0; count < 300; count += 1) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      if (count % 3 === 0) socket.write('GET /livez HT')
      if (count % 3 === 1) socket.write(`CONNECT a:1 HTTP/1.1${HOST}`)
      flood.push(socket)
    }
    const probe = await fetch(`${app.adminUrl}/livez`, { signal: AbortSignal.timeout(5000) })
    expect(probe.status).toBe(200)
    const request = await fetch(`http://127.0.0.1:${app.port}/`)
    expect(request.status).toBe(200)
    for (const socket of flood) socket.destroy()
  })
})

describe('the pages', () => {
  test('/info says what runs, since when and on what', async () => {
    const info = (await (await fetch(`${app.adminUrl}/info`)).json()) as Record<string, unknown>
    expect(info).toEqual({
      name: 'servicex',
      process: 'web',
      version: expect.any(String),
      revision: expect.any(String),
      environment: 'production',
      started: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      node: process.versions.node,
      servicex: expect.any(String),
    })
    const sinceMs = Date.now() - Date.parse(String(info['started']))
    expect(sinceMs).toBeGreaterThan(0)
    expect(sinceMs).toBeLessThan(120_000)
  })

  test('HEAD is answered like GET, without a body', async () => {
    const wire = await openWire(port)
    wire.write(`HEAD /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    expect(await wire.closed).toMatch(
      /^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)*content-length: 5\r\n(?:.+\r\n)*\r\n$/,
    )
  })

  test('a query changes nothing', async () => {
    expect((await fetch(`${app.adminUrl}/livez?verbose=1`)).status).toBe(200)
  })

  test('no answer may be kept or read as another type', async () => {
    const { headers } = await fetch(`${app.adminUrl}/metrics`)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('PUT /loglevel', () => {
  test('changes the level for a time', async () => {
    const response = await put('?level=debug&for=60')
    const lease = (await response.json()) as { level: string; until: string }
    expect(lease.level).toBe('debug')
    expect(Date.parse(lease.until) - Date.now()).toBeGreaterThan(50_000)
    expect(await (await fetch(`${app.adminUrl}/loglevel`)).json()).toEqual(lease)
    await put('?level=info&for=1')
  })

  test.for([
    ['', /expected one of debug, info/],
    ['?level=loud', /level "loud" — expected one of debug/],
    ['?level=__proto__', /expected one of debug/],
    ['?level=debug&for=0', /for=0 — expected seconds, 1–86400/],
    ['?level=debug&for=999999', /expected seconds/],
    ['?level=debug&for=soon', /expected seconds/],
    ['?level=debug&for=', /expected seconds/],
  ] as const)('%s is refused with what was expected', async ([query, reason]) => {
    const response = await put(query)
    expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(reason)])
  })

  test.for([
    ['a page in a browser', { origin: 'https://evil.example' }],
    ['a browser', { 'sec-fetch-site': 'cross-site' }],
  ] as const)('%s may not', async ([, headers]) => {
    expect((await put('?level=debug', headers)).status).toBe(403)
  })

  const address = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address
  const note = address === undefined ? ' (skipped: this machine has loopback addresses only)' : ''
  test.skipIf(address === undefined)(`another host may not${note}`, async () => {
    const response = await fetch(`http://${address}:${port}/loglevel?level=debug`, {
      method: 'PUT',
    })
    expect(response.status).toBe(403)
  })
})

/** Sends bytes on a connection of their own; resolves with the whole answer once it is there or the connection closes. */
async function send(bytes: string | Uint8Array): Promise<string> {
  const wire = await openWire(port)
  wire.socket.on('data', () => isWhole(wire.received) && wire.socket.destroy())
  wire.write(bytes)
  wire.socket.end()
  return wire.closed
}

function isWhole(answer: string): boolean {
  const head = /^([^]*?\r\n)\r\n/.exec(answer)?.[1]
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(head ?? '')?.[1]
  return (
    head !== undefined && length !== undefined && answer.length >= head.length + 2 + Number(length)
  )
}

function put(query: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${app.adminUrl}/loglevel${query}`, { method: 'PUT', headers })
}
