import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { get as getTls } from 'node:https'
import {
  connect as connectHttp2,
  createSecureServer,
  createServer as createHttp2,
} from 'node:http2'
import type { Http2SecureServer, Http2Server } from 'node:http2'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { currentScope } from '../../src/context/scope.ts'
import type { RequestOperation } from '../../src/context/operation/request-operation.ts'
import { exchange, openSocket, readUntil } from './raw-socket.ts'
import { record } from './recorded.ts'
import { CERTIFICATE, KEY, listen, serve, serveTls } from './servers.ts'

/** Gives the path of the request that the running code serves, as its scope has it. */
function servedPath(): string | undefined {
  return (currentScope()?.input as RequestOperation | undefined)?.path
}

describe('HTTP/1', () => {
  test('requests over one kept connection are a record each', async () => {
    const { requests } = record()
    const origin = await serve((request, response) => {
      expect(servedPath()).toBe(request.url)
      response.end()
    })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    for (const path of ['/1', '/2', '/3']) await read(`${origin}${path}`, agent)
    await vi.waitFor(() => expect(requests).toHaveLength(3))
    expect(requests.map(({ path }) => path)).toEqual(['/1', '/2', '/3'])
    expect(new Set(requests.map(({ traceId }) => traceId)).size).toBe(3)
  })

  test('pipelined requests are answered in order, each in its own scope', async () => {
    const { requests } = record()
    const server = createServer((request, response) => {
      // The first takes longest: its reply still goes first.
      setTimeout(() => response.end(`<${servedPath()}>`), request.url === '/1' ? 30 : 1)
    })
    const port = await listen(server)
    const ask = (path: string, more = ''): string =>
      `GET ${path} HTTP/1.1\r\nhost: a\r\n${more}\r\n`
    const reply = await exchange(port, ask('/1') + ask('/2') + ask('/3', 'connection: close\r\n'))
    expect(reply.match(/<[^>]*>/g)).toEqual(['</1>', '</2>', '</3>'])
    expect(requests.map(({ path, statusCode, aborted }) => [path, statusCode, aborted])).toEqual([
      ['/1', 200, false],
      ['/2', 200, false],
      ['/3', 200, false],
    ])
  })

  test('a pipelined request that is read to its end waits for its turn, unended', async () => {
    const { requests } = record()
    const server = createServer((request, response) => {
      void text(request).then((body) =>
        setTimeout(() => response.end(`<${body}>`), body === 'a' ? 30 : 0),
      )
    })
    const port = await listen(server)
    const send = (body: string, more = ''): string =>
      `POST /${body} HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n${more}\r\n${body}`
    const reply = await exchange(port, send('a') + send('b', 'connection: close\r\n'))
    expect(reply.match(/<[^>]*>/g)).toEqual(['<a>', '<b>'])
    expect(requests.map(({ path, statusCode }) => [path, statusCode])).toEqual([
      ['/a', 200],
      ['/b', 200],
    ])
  })

  test('a pipelining client that leaves ends every record it has begun', async () => {
    const { requests } = record()
    const server = createServer()
    const begun = new Promise<void>((resolve) => {
      server.on('request', ({ url }) => url === '/2' && resolve())
    })
    const socket = await openSocket(await listen(server))
    socket.write('GET /1 HTTP/1.1\r\nhost: a\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\n\r\n')
    await begun
    socket.destroy()
    await vi.waitFor(() => expect(requests).toHaveLength(2))
    for (const { aborted, statusCode } of requests)
      expect({ aborted, statusCode }).toEqual({ aborted: true, statusCode: 499 })
  })

  test('HTTP/1.0 is answered and recorded as such', async () => {
    const { requests } = record()
    const port = await listen(createServer((_request, response) => void response.end('hello')))
    expect(await exchange(port, 'GET /old HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 [^]*hello$/)
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({ protocolVersion: '1.0', host: undefined, path: '/old' })
  })

  test('over TLS it is recorded as https', async () => {
    const { requests } = record()
    const { port } = new URL(await serveTls((_request, response) => void response.end('hello')))
    const reply = once(getTls({ port, host: '127.0.0.1', ca: CERTIFICATE }), 'response')
    expect(await text(((await reply) as [IncomingMessage])[0])).toBe('hello')
    await vi.waitFor(() => expect(requests).toHaveLength(1))
    expect(requests[0]).toMatchObject({ scheme: 'https', host: `127.0.0.1:${port}` })
  })

  test('a malformed request is the app’s to answer, and no record', async () => {
    const { requests } = record()
    const server = createServer()
    server.on('clientError', (_error, socket) => socket.end('HTTP/1.1 400 Mine\r\n\r\n'))
    expect(await exchange(await listen(server), 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 Mine/)
    expect(requests).toEqual([])
  })
})

describe('Expect: 100-continue', () => {
  const ask = 'POST /up HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n'

  test('is answered by Node, and the request is one record', async () => {
    const { requests } = record()
    const port = await listen(createServer(echo))
    const reply = await sendExpecting(port)
    expect(reply).toMatch(/^HTTP\/1\.1 200 OK[^]*ok$/)
    expect(requests.map(({ path, statusCode }) => [path, statusCode])).toEqual([['/up', 200]])
  })

  test('is left to a checkContinue listener, which may hand the request on: one record', async () => {
    const { requests } = record()
    const scopes: unknown[] = []
    const server = createServer((request, response) => {
      scopes.push(currentScope())
      echo(request, response)
    })
    server.on('checkContinue', (request, response) => {
      scopes.push(currentScope())
      response.writeContinue()
      server.emit('request', request, response)
    })
    expect(await sendExpecting(await listen(server))).toMatch(/^HTTP\/1\.1 200 OK[^]*ok$/)
    expect(requests.map(({ path, statusCode }) => [path, statusCode])).toEqual([['/up', 200]])
    expect(scopes).toHaveLength(2)
    for (const scope of scopes) expect(scope).toBe(requests[0])
  })

  test('may be refused by the listener, and other expectations by theirs', async () => {
    const { requests } = record()
    const server = createServer()
    server.on('checkContinue', (_request, response) => void response.writeHead(413).end())
    server.on('checkExpectation', (_request, response) => void response.writeHead(417).end())
    const port = await listen(server)
    expect(await exchange(port, `${ask}connection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /)
    const other = ask.replace('100-continue', 'coffee')
    expect(await exchange(port, `${other}connection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 417 /)
    expect(requests.map(({ statusCode }) => statusCode)).toEqual([413, 417])
  })

  async function sendExpecting(port: number): Promise<string> {
    const socket = await openSocket(port)
    socket.write(`${ask}connection: close\r\n\r\n`)
    expect(await readUntil(socket, '\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    socket.write('ok')
    return text(socket)
  }
})

describe('a connection that is handed over', () => {
  test('as a WebSocket passes untouched and is no request', async () => {
    const { requests } = record()
    const server = createServer()
    const sockets = new WebSocketServer({ server })
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)))
    const client = new WebSocket(`ws://127.0.0.1:${await listen(server)}/live`)
    await once(client, 'open')
    const echo = once(client, 'message')
    client.send('x'.repeat(100_000))
    const [received] = await echo
    expect(String(received)).toBe('x'.repeat(100_000))
    client.close()
    await once(client, 'close')
    expect(requests).toEqual([])
  })

  test('to nobody is answered as a request, and recorded', async () => {
    const { requests } = record()
    const port = await listen(createServer((_request, response) => void response.end('plain')))
    const ask = 'GET /live HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n'
    const socket = await openSocket(port)
    socket.write(ask)
    expect(await readUntil(socket, 'plain')).toMatch(/^HTTP\/1\.1 200 OK/)
    await vi.waitFor(() => expect(requests).toHaveLength(1))
  })

  test('by CONNECT passes untouched and is no request', async () => {
    const { requests } = record()
    const server = createServer()
    server.on('connect', (_request, socket) => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      socket.pipe(socket)
    })
    const socket = await openSocket(await listen(server))
    socket.write('CONNECT db:5432 HTTP/1.1\r\nhost: db:5432\r\n\r\n')
    await readUntil(socket, '\r\n\r\n')
    socket.write('through the tunnel')
    expect(await readUntil(socket, 'tunnel')).toBe('through the tunnel')
    expect(requests).toEqual([])
  })
})

describe.for([
  ['cleartext', () => createHttp2(), 'http'],
  ['secure', () => createSecureServer({ cert: CERTIFICATE, key: KEY }), 'https'],
] as const)('HTTP/2, %s', ([, create, scheme]) => {
  test('requests of the compatibility API are recorded, side by side', async () => {
    const { requests } = record()
    const server = create()
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        const answer = (): void => void response.writeHead(201).end(`${servedPath()}${body}`)
        return setTimeout(answer, request.url === '/1' ? 20 : 1)
      })
    })
    const client = await openHttp2(server, scheme)
    const replies = await Promise.all(
      ['/1', '/2?q=1'].map(async (path) => {
        const stream = client.request({ ':path': path, ':method': 'POST' })
        stream.end('!')
        return text(stream)
      }),
    )
    expect(replies).toEqual(['/1!', '/2!'])
    await vi.waitFor(() => expect(requests).toHaveLength(2))
    expect(requests.map(({ path }) => path)).toEqual(['/2', '/1'])
    for (const request of requests)
      expect(request).toMatchObject({
        protocolVersion: '2',
        scheme,
        statusCode: 201,
        aborted: false,
        host: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
      })
  })

  test('a stream that the client cancels is one it has left', async () => {
    const { requests } = record()
    const server = create()
    const begun = once(server, 'request')
    const client = await openHttp2(server, scheme)
    const stream = client.request({ ':path': '/slow' })
    await begun
    stream.close(8)
    await vi.waitFor(() => expect(requests).toHaveLength(1))
    expect(requests[0]).toMatchObject({ statusCode: 499, aborted: true, path: '/slow' })
  })

  test('streams of the core API pass untouched', async () => {
    const { requests } = record()
    const server = create()
    server.on('stream', (stream) => {
      stream.respond({ ':status': 200 })
      stream.end('core')
    })
    const client = await openHttp2(server, scheme)
    expect(await text(client.request({ ':path': '/core' }))).toBe('core')
    expect(requests).toEqual([])
  })

  async function openHttp2(
    server: Http2Server | Http2SecureServer,
    scheme: string,
  ): Promise<ReturnType<typeof connectHttp2>> {
    const port = await listen(server)
    const client = connectHttp2(`${scheme}://127.0.0.1:${port}`, { ca: CERTIFICATE })
    onTestFinished(() => client.destroy())
    return client
  }
})

/** Answers with the body of the request. */
function echo(request: IncomingMessage, response: ServerResponse): void {
  void text(request).then((body) => response.end(body))
}

function read(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (reply: IncomingMessage) => void text(reply).then(resolve, reject)).on(
      'error',
      reject,
    )
  })
}
