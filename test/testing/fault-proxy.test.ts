import { once } from 'node:events'
import {
  Agent,
  createServer as createHttpServer,
  get,
  type IncomingMessage,
  request as httpRequest,
  type Server,
} from 'node:http'
import { connect, createServer, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  openFaultProxy,
  type FaultProxy,
  type ProxyFaultChoice,
  PROXY_FAULTS,
} from '../../src/testing/index.ts'

const BODY = 'invoice 1001 is paid\n'.repeat(50)

let target: Server
let proxy: FaultProxy

beforeEach(async () => {
  target = createHttpServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'text/plain').end(BODY))
  }).listen(0, '127.0.0.1')
  await once(target, 'listening')
  proxy = await openFaultProxy({ target: urlOf(target) })
})

afterEach(async () => {
  await proxy.close()
  target.closeAllConnections()
  target.close()
})

describe('without a fault the proxy is not there', () => {
  test('requests of any size pass, on kept connections', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let count = 0; count < 3; count += 1) {
      const post = httpRequest(proxy.url, { method: 'POST', agent }).end('x'.repeat(2 ** 20))
      const [response] = (await once(post, 'response')) as [IncomingMessage]
      expect(await text(response)).toBe(BODY)
    }
    expect(proxy.connections).toBe(1)
    agent.destroy()
  })

  test('other protocols pass, half-closed connections too', async () => {
    const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
    echo.listen(0, '127.0.0.1')
    await once(echo, 'listening')
    const other = await openFaultProxy({ target: `redis://127.0.0.1:${portOf(echo)}/0` })
    expect(other.url).toBe(`redis://127.0.0.1:${other.port}/0`)

    const client = connect(other.port, '127.0.0.1')
    client.end('PING\r\n')
    expect(await text(client)).toBe('PING\r\n')
    await other.close()
    echo.close()
  })

  test('a target that is not there is a broken connection, and the proxy lives', async () => {
    target.close()
    await expect(request()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    await expect(request()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
  })

  test('a target without a port is refused, because nobody listens on a guess', async () => {
    await expect(openFaultProxy({ target: 'http://localhost' })).rejects.toThrow('names no port')
  })
})

describe('a fault is what a real client meets', () => {
  test('refuse: a closed port, from the start or later, until healed', async () => {
    await proxy.close()
    proxy = await openFaultProxy({ target: urlOf(target), fault: 'refuse' })
    await expect(request()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await proxy.setFault(undefined)
    expect(await request()).toBe(BODY)
    await proxy.setFault('refuse')
    await expect(request()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  })

  test('hang: the connection opens and nothing comes', async () => {
    await proxy.setFault('hang')
    const response = request(AbortSignal.timeout(200))
    await expect(response).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(proxy.connections).toBe(1)
  })

  test('delay: the answer is whole, and late', async () => {
    await proxy.setFault({ kind: 'delay', delayMs: 150 })
    const startedAt = performance.now()
    expect(await request()).toBe(BODY)
    expect(performance.now() - startedAt).toBeGreaterThan(140)
  })

  test.for([0, 64, 400])(
    'reset after %i bytes: those bytes, then ECONNRESET',
    async (afterBytes) => {
      await proxy.setFault({ kind: 'reset', afterBytes })
      expect(await readRaw()).toEqual({ bytes: afterBytes, error: 'ECONNRESET' })
    },
  )

  test.for([0, 64, 400])(
    'truncate after %i bytes: those bytes, then the end',
    async (afterBytes) => {
      await proxy.setFault({ kind: 'truncate', afterBytes })
      expect(await readRaw()).toEqual({ bytes: afterBytes, error: undefined })
    },
  )

  test('truncate: fetch says that the body is not whole', async () => {
    await proxy.setFault({ kind: 'truncate', afterBytes: 400 })
    await expect(request()).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } })
  })

  test('drip: the bytes come whole and in steps', async () => {
    await proxy.setFault({ kind: 'drip', stepBytes: 200, stepMs: 20 })
    const startedAt = performance.now()
    expect(await request()).toBe(BODY)
    expect(performance.now() - startedAt).toBeGreaterThan(80)
  })

  test('duplicate headers: a strict parser refuses two content-lengths', async () => {
    await proxy.setFault('duplicate-headers')
    const [error] = (await once(get(proxy.url), 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('HPE_UNEXPECTED_CONTENT_LENGTH')
  })

  test.for(['500', '503'] as const)('%s: that status, whatever was asked', async (name) => {
    await proxy.setFault(name)
    const response = await fetch(proxy.url, { method: 'POST', body: 'x'.repeat(2 ** 20) })
    expect([response.status, await response.text()]).toEqual([Number(name), `fault ${name}\n`])
  })

  test('429: the status with Retry-After', async () => {
    await proxy.setFault({
      ...PROXY_FAULTS['429'],
      kind: 'status',
      status: 429,
      retryAfterSeconds: 7,
    })
    const response = await fetch(proxy.url)
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7'])
  })

  test('gzip-bomb: a small body unpacks to the size asked for', async () => {
    const bodyBytes = 5 * 2 ** 20 + 1000
    await proxy.setFault({ kind: 'gzip-bomb', bodyBytes })
    const [response] = (await once(get(proxy.url), 'response')) as [IncomingMessage]
    const packed = Buffer.concat((await response.toArray()) as Buffer[])
    expect(packed.byteLength).toBeLessThan(bodyBytes / 500)
    expect(gunzipSync(packed).byteLength).toBe(bodyBytes)
    expect((await (await fetch(proxy.url)).arrayBuffer()).byteLength).toBe(bodyBytes)
  })

  test('endless: the body goes on for as long as it is read', async () => {
    await proxy.setFault('endless')
    const response = await fetch(proxy.url)
    let readBytes = 0
    for await (const part of response.body ?? []) {
      readBytes += part.byteLength
      if (readBytes > 20 * 2 ** 20) break
    }
    expect(readBytes).toBeGreaterThan(20 * 2 ** 20)
  })
})

describe('faults are scripted', () => {
  test('by connection: the second fails, the third is well', async () => {
    await proxy.setFault((connection) =>
      connection === 1 ? { kind: 'status', status: 502 } : undefined,
    )
    const statuses = []
    for (let count = 0; count < 3; count += 1) {
      const response = await fetch(proxy.url, { headers: { connection: 'close' } })
      await response.text()
      statuses.push(response.status)
    }
    expect(statuses).toEqual([200, 502, 200])
  })

  test('a change breaks connections that a client keeps', async () => {
    expect(await request()).toBe(BODY)
    await proxy.setFault('503')
    expect((await fetch(proxy.url)).status).toBe(503)
    await proxy.setFault(undefined)
    expect(await request()).toBe(BODY)
  })

  test('close ends hanging connections', async () => {
    await proxy.setFault('hang')
    const response = request()
    response.catch(() => undefined)
    while (proxy.connections === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await proxy.close()
    await expect(response).rejects.toMatchObject({ cause: expect.anything() })
  })
})

test('every named fault can be set', async () => {
  for (const name of Object.keys(PROXY_FAULTS)) await proxy.setFault(name as ProxyFaultChoice)
})

async function request(signal?: AbortSignal): Promise<string> {
  const response = await fetch(proxy.url, signal === undefined ? {} : { signal })
  return response.text()
}

async function readRaw(): Promise<{ bytes: number; error: string | undefined }> {
  const socket = connect(proxy.port, '127.0.0.1')
  let bytes = 0
  let error: string | undefined
  socket.on('data', (part) => (bytes += part.byteLength))
  socket.on('error', (cause: NodeJS.ErrnoException) => (error = cause.code))
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  await new Promise((resolve) => socket.once('close', resolve))
  return { bytes, error }
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${portOf(server)}`
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port
}
