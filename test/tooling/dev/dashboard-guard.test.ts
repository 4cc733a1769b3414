import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDashboard, sendBytes, type TestDashboard } from './dashboard-fixture.ts'

let dashboard: TestDashboard

beforeAll(async () => {
  dashboard = await openTestDashboard()
})
afterAll(() => dashboard.close())

describe('a hostile request is refused, and the dashboard lives on', () => {
  const host = 'Host: 127.0.0.1\r\nConnection: close\r\n'
  test.for([
    ['GET //', `GET // HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 400/],
    ['GET //evil/path', `GET //evil/path HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 400/],
    ['an absolute address', `GET http://[:: HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 400/],
    ['GET *', `GET * HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 400/],
    ['CONNECT', `CONNECT a:1 HTTP/1.1\r\n${host}\r\n`, /^$|^HTTP\/1.1 4/],
    ['no Host', 'GET / HTTP/1.0\r\n\r\n', /^HTTP\/1.1 403/],
    ['no HTTP at all', '\x16\x03\x01\r\n\r\n', /^HTTP\/1.1 400/],
    [
      '64 kB of headers',
      `GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(65_536)}\r\n\r\n`,
      /^$|^HTTP\/1.1 4/,
    ],
    ['a broken escape', `GET /api/traces/%E0%A4%A HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 4/],
    ['DELETE', `DELETE /api/clear HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 405/],
    ['an upgrade', `GET / HTTP/1.1\r\n${host}Upgrade: websocket\r\n\r\n`, /^HTTP\/1.1 4/],
    ['__proto__', `GET /api/__proto__ HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 4/],
  ] as const)('%s', async ([, bytes, expected]) => {
    expect(await sendBytes(dashboard.origin, bytes)).toMatch(expected)
    expect((await fetch(dashboard.url, { redirect: 'manual' })).status).toBe(303)
  })
})

describe('only whoever started it may look', () => {
  test.for(['/', '/traces', '/api/state', '/api/events', '/api/traces'])(
    '%s without the token is 401',
    async (path) => {
      expect((await fetch(dashboard.origin + path)).status).toBe(401)
    },
  )

  test('a wrong token is 401, in every place', async () => {
    const { origin, token } = dashboard
    const wrong = `${token.slice(0, -1)}x`
    const statuses = await Promise.all([
      fetch(`${origin}/?token=${wrong}`),
      fetch(`${origin}/api/state`, { headers: { authorization: `Bearer ${wrong}` } }),
      fetch(`${origin}/api/state`, { headers: { cookie: `servicex_dev_1=${token}` } }),
      fetch(`${origin}/api/state?token=${token}`),
    ])
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 401, 401])
  })

  test('the printed address gives a cookie that scripts and other sites do not get, and leaves the address', async () => {
    const response = await fetch(`${dashboard.origin}/traces?q=a&token=${dashboard.token}`, {
      redirect: 'manual',
    })
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/traces?q=a')
    const cookie = response.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/)
    const page = await fetch(dashboard.origin, { headers: { cookie: cookie.split(';')[0] ?? '' } })
    expect(page.status).toBe(200)
  })

  test('the page may load from its own server only, and nobody may frame it', async () => {
    const headers = { authorization: `Bearer ${dashboard.token}` }
    const response = await fetch(dashboard.origin, { headers })
    const policy = response.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('pages of other sites reach nothing', () => {
  test.for(['/', '/api/state', '/v1/traces', '/api/1/envelope/'])(
    'a name that was rebound to this machine is refused at %s',
    async (path) => {
      const bytes = `GET ${path} HTTP/1.1\r\nHost: evil.example:4318\r\nConnection: close\r\n\r\n`
      expect(await sendBytes(dashboard.origin, bytes)).toMatch(/^HTTP\/1.1 403/)
    },
  )

  test.for([
    ['/v1/traces', 'application/json'],
    ['/api/1/envelope/', 'text/plain'],
    ['/api/clear', 'text/plain'],
    ['/api/services/billing/stop', 'text/plain'],
  ] as const)('a form or script of another origin is refused at %s', async ([path, type]) => {
    const { origin, token } = dashboard
    const headers = {
      'content-type': type,
      origin: 'http://localhost:3000',
      authorization: `Bearer ${token}`,
    }
    const response = await fetch(origin + path, { method: 'POST', headers, body: '{}' })
    expect(response.status).toBe(403)
  })

  test('nothing is done by GET', async () => {
    const headers = { authorization: `Bearer ${dashboard.token}` }
    const response = await fetch(`${dashboard.origin}/api/clear`, { headers })
    expect(response.status).toBe(404)
  })
})

/** What a body is called, the body, how it is encoded, and the answer. */
type BodyCase = readonly [
  name: string,
  body: () => string | Uint8Array,
  encoding: string,
  status: number,
]

describe('a body is read within limits', () => {
  test.for<BodyCase>([
    ['9 MB', () => 'x'.repeat(9 * 2 ** 20), 'identity', 413],
    ['40 MB in 40 kB', () => gzipSync(Buffer.alloc(40 * 2 ** 20)), 'gzip', 413],
    ['what is no gzip', () => 'x', 'gzip', 400],
    ['an unknown encoding', () => 'x', 'zstd', 415],
    ['garbage', () => '\xff\xfe\x00', 'identity', 400],
    ['a list', () => '[]', 'identity', 400],
    ['200 000 open brackets', () => '['.repeat(200_000), 'identity', 400],
  ])('%s is refused', async ([, toBody, encoding, status]) => {
    const body = toBody()
    const response = await fetch(`${dashboard.origin}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    })
    expect(response.status).toBe(status)
  })

  test('a type that is none of OTLP is refused', async () => {
    const headers = { 'content-type': 'text/html' }
    const init = { method: 'POST', headers, body: 'x' }
    expect((await fetch(`${dashboard.origin}/v1/traces`, init)).status).toBe(415)
  })

  test('a client that leaves in the middle of a body harms nobody', async () => {
    const head = 'POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n'
    const { connect } = await import('node:net')
    const socket = connect(Number(new URL(dashboard.origin).port), '127.0.0.1')
    socket.write(`${head}Content-Length: 100\r\n\r\n{"resource`, () => socket.destroy())
    await expect(dashboard.ask('/api/state')).resolves.toHaveProperty('services')
  })
})
