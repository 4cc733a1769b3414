import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import type { ClientOptions } from 'servicex/client'
import { ID } from '../../fixtures/client/serve-billing.ts'
import { type BillingClient, billingClient } from '../../fixtures/client/clients/billing.js'
import { openRawServer, type RawServer, reply } from './raw-server.ts'

const INVOICE = {
  id: ID,
  customerId: '7',
  total: 1,
  state: 'open',
  issuedAt: '2026-11-22T10:00:00.000Z',
  note: null,
  lines: [],
}
const JSON_INVOICE = JSON.stringify(INVOICE)
const DEADLINE_MS = 400

let server: RawServer | undefined
afterEach(async () => server?.close())

async function against(
  answer: (socket: Socket) => void,
  options: ClientOptions = {},
): Promise<BillingClient> {
  server = await openRawServer(answer)
  return billingClient({ baseUrl: server.url, policies: [], ...options })
}

interface Hostile {
  readonly what: string
  readonly answer: (socket: Socket) => void
  readonly code: string
  readonly told?: RegExp
}

const send = (bytes: string | Buffer) => (socket: Socket) => void socket.write(bytes)
const chunked = (chunks: string): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunks}`

/** Writes one byte at a time, more often than any idle timer would notice. */
function drip(socket: Socket): void {
  socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n`)
  const timer = setInterval(() => socket.write(' '), 20)
  socket.on('close', () => clearInterval(timer))
}

function flood(socket: Socket): void {
  const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.write(chunked(''))
  socket.on('drain', more)
  more()
}

const HOSTILE: readonly Hostile[] = [
  {
    what: 'HTML with status 200',
    answer: send(reply('<html>', { 'content-type': 'text/html' })),
    code: 'bad_response',
    told: /content-type is text\/html/,
  },
  {
    what: 'no content-type',
    answer: send('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'),
    code: 'bad_response',
    told: /content-type is absent/,
  },
  {
    what: 'a body that is no JSON',
    answer: send(reply('{"secret": tok')),
    code: 'bad_response',
    told: /not JSON/,
  },
  { what: 'an empty body', answer: send(reply('')), code: 'bad_response' },
  { what: 'a missing field', answer: send(reply('{}')), code: 'bad_response', told: /is absent/ },
  {
    what: 'a field of another type',
    answer: send(reply(JSON.stringify({ ...INVOICE, total: 'x' }))),
    code: 'bad_response',
    told: /total: expected integer/,
  },
  {
    what: 'a name twice',
    answer: send(reply(`${JSON_INVOICE.slice(0, -1)},"total":2}`)),
    code: 'bad_response',
    told: /a name twice/,
  },
  {
    what: 'a member called __proto__',
    answer: send(reply(`${JSON_INVOICE.slice(0, -1)},"__proto__":{"admin":true}}`)),
    code: 'bad_response',
    told: /__proto__/,
  },
  {
    what: 'JSON nested 200 000 deep',
    answer: send(reply('['.repeat(200_000))),
    code: 'bad_response',
    told: /nested deeper/,
  },
  {
    what: 'an unknown encoding',
    answer: send(reply('x', { 'content-encoding': 'zstd, gzip' })),
    code: 'bad_response',
    told: /content-encoding/,
  },
  {
    what: 'gzip that is none',
    answer: send(reply('x', { 'content-encoding': 'gzip' })),
    code: 'bad_response',
    told: /decompressed/,
  },
  {
    what: 'a length beyond the limit',
    answer: send(
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10485761\r\n\r\n',
    ),
    code: 'bad_response',
    told: /larger than/,
  },
  { what: 'an endless body', answer: flood, code: 'bad_response', told: /larger than/ },
  {
    what: 'a redirect',
    answer: send('HTTP/1.1 307 x\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n'),
    code: 'bad_response',
    told: /redirects/,
  },
  {
    what: 'another success than is declared',
    answer: send('HTTP/1.1 202 x\r\ncontent-length: 0\r\n\r\n'),
    code: 'bad_response',
  },
  {
    what: 'what is not HTTP',
    answer: send('SSH-2.0-OpenSSH_9.6\r\n'),
    code: 'bad_response',
    told: /not HTTP/,
  },
  {
    what: 'two lengths',
    answer: send(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}`),
    code: 'bad_response',
  },
  {
    what: 'headers of 100 kB',
    answer: send(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`),
    code: 'bad_response',
  },
  {
    what: 'a body that is cut',
    answer: (socket) => socket.end(reply(JSON_INVOICE, { 'content-length': '999' })),
    code: 'unavailable',
    told: /its body was cut/,
  },
  {
    what: 'a chunked body that is cut after valid JSON',
    answer: (socket) =>
      socket.end(chunked(`${JSON_INVOICE.length.toString(16)}\r\n${JSON_INVOICE}\r\n`)),
    code: 'unavailable',
  },
  {
    what: 'a connection that is closed without a word',
    answer: (socket) => socket.end(),
    code: 'unavailable',
  },
  {
    what: 'a connection that is reset',
    answer: (socket) => socket.resetAndDestroy(),
    code: 'unavailable',
  },
  {
    what: 'a reply that never comes',
    answer: () => undefined,
    code: 'deadline_exceeded',
    told: /no reply in time/,
  },
  { what: 'a body that drips', answer: drip, code: 'deadline_exceeded', told: /body did not end/ },
  {
    what: 'informational replies only',
    answer: send('HTTP/1.1 103 Early Hints\r\n\r\n'),
    code: 'deadline_exceeded',
  },
]

describe('a hostile reply is a typed error before the deadline', () => {
  test.for(HOSTILE)('$what', async ({ answer, code, told }) => {
    const billing = await against(answer)
    const startedAt = performance.now()
    const result = await billing.getInvoice({ id: ID }, { deadline: DEADLINE_MS })
    expect(result.ok).toBe(false)
    if (result.ok) return
    expect({ code: result.error.code, message: result.error.message }).toMatchObject({ code })
    if (told !== undefined) expect(result.error.message).toMatch(told)
    expect(result.error.message).not.toContain('secret')
    expect(performance.now() - startedAt).toBeLessThan(DEADLINE_MS + 600)
    expect(result.error).toMatchObject({ sent: true, attempts: 1, service: 'billing' })
  })

  test('a gzip bomb of 300 MB is refused at 10 MiB of it', async () => {
    const bomb = gzipSync(Buffer.alloc(300_000_000))
    const billing = await against(send(reply(bomb, { 'content-encoding': 'gzip' })))
    global.gc?.()
    const before = process.memoryUsage().rss
    const result = await billing.getInvoice({ id: ID }, { deadline: 5_000 })
    expect(result).toMatchObject({ error: { code: 'bad_response' } })
    expect(!result.ok && result.error.message).toContain('larger than 10485760 bytes')
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000)
  })

  test('a compressed reply is read', async () => {
    const billing = await against(
      send(reply(gzipSync(JSON_INVOICE), { 'content-encoding': 'gzip' })),
    )
    expect(await billing.getInvoice({ id: ID })).toMatchObject({ ok: true, data: INVOICE })
  })

  test('the limit is the call’s to set, and counts bytes', async () => {
    const billing = await against(send(reply(JSON_INVOICE)))
    const short = { maxResponseBytes: JSON_INVOICE.length - 1 }
    expect(await billing.getInvoice({ id: ID }, short)).toMatchObject({
      error: { code: 'bad_response' },
    })
    const exact = { maxResponseBytes: JSON_INVOICE.length }
    expect((await billing.getInvoice({ id: ID }, exact)).ok).toBe(true)
  })

  test('fields and texts of an enum that a later provider adds are taken', async () => {
    const later = { ...INVOICE, state: 'disputed', currency: 'EUR' }
    const billing = await against(send(reply(JSON.stringify(later))))
    expect(await billing.getInvoice({ id: ID })).toMatchObject({ ok: true, data: later })
  })

  test('a redirect is not followed, to wherever', async () => {
    const evil = await openRawServer((socket) => socket.end())
    const billing = await against(
      send(`HTTP/1.1 307 x\r\nlocation: ${evil.url}/\r\ncontent-length: 0\r\n\r\n`),
      { headers: { 'x-api-key': 'k' } },
    )
    await billing.getInvoice({ id: ID })
    expect(evil.requests).toEqual([])
    await evil.close()
  })
})
