import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'

/** What a pod does with a request. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => void

const THING = JSON.stringify({ id: 'a', count: 1 })

/** What pods can do, by name. */
export const FAULTS = {
  ok: (_, response) => reply(response, THING),
  unavailable: (_, response) => void response.writeHead(503).end(),
  reset: (request) => void request.socket.resetAndDestroy(),
  hang: () => undefined,
  cut: (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 })
    response.write(THING.slice(0, 8), () => response.socket?.destroy())
  },
  cutChunked: (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    // What has come so far is valid JSON.
    response.write(THING, () => setTimeout(() => response.socket?.destroy(), 5))
  },
  drip: (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 })
    const timer = setInterval(() => response.write(' '), 300)
    response.on('close', () => clearInterval(timer))
  },
  huge: (_, response) => reply(response, Buffer.alloc(11 * 2 ** 20, 32)),
  hugeChunked: (_, response) => {
    response.setHeader('content-type', 'application/json')
    let left = 11 * 16
    const write = (): void => {
      left -= 1
      if (left < 0) response.end()
      else if (response.write(SPACE)) setImmediate(write)
      else response.once('drain', write)
    }
    write()
  },
  bomb: (_, response) => {
    response.setHeader('content-encoding', 'gzip')
    reply(response, BOMB)
  },
  notJson: (_, response) => reply(response, '{"id":"a","count":'),
  html: (_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<h1>secret</h1>')
  },
  moreFields: (_, response) => reply(response, '{"id":"a","count":1,"fresh":true}'),
  lessFields: (_, response) => reply(response, '{"id":"a"}'),
  newValue: (_, response) => reply(response, '{"id":"a","count":1,"state":"fresh"}'),
  newClosedValue: (_, response) => reply(response, '{"id":"a","count":1,"side":"up"}'),
} as const satisfies Record<string, Fault>

const SPACE = Buffer.alloc(2 ** 16, 32)
const BOMB = gzipSync(Buffer.alloc(64 * 2 ** 20, 32))

/** Answers `fault` to a part of the requests. */
export function sometimes(share: number, fault: Fault): Fault {
  return (request, response) => (Math.random() < share ? fault : FAULTS.ok)(request, response)
}

/** Answers as a pod that is well does, after a while. */
export function slow(delayMs: number): Fault {
  return (request, response) => void setTimeout(() => FAULTS.ok(request, response), delayMs)
}

function reply(response: ServerResponse, body: string | Buffer): void {
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/json')
  response.setHeader('content-length', Buffer.byteLength(body))
  response.end(body)
}

/** Node closes an idle connection a second later than it says; other servers do not. */
const EXACT: object = { keepAliveTimeoutBuffer: 0 }

/** One pod: an address of its own on the loopback device. */
export class Pod {
  readonly address: string
  fault: Fault = FAULTS.ok
  hits = 0
  readonly sockets: Set<Socket> = new Set()
  /** Told of each request before it is answered. */
  onRequest: (request: IncomingMessage) => void = () => undefined
  #server: Server | undefined

  constructor(address: string) {
    this.address = address
  }

  /** Listens; gives the port. */
  async listen(port: number, keepAliveMs = 65_000): Promise<number> {
    const server = createServer(
      { keepAliveTimeout: keepAliveMs, ...EXACT },
      (request, response) => {
        this.hits += 1
        this.onRequest(request)
        response.on('error', () => undefined)
        this.fault(request, response)
      },
    )
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => this.sockets.delete(socket))
    })
    this.#server = server
    await once(server.listen(port, this.address), 'listening')
    return (server.address() as AddressInfo).port
  }

  /** Takes no more connections, and breaks those that there are: as a process that is killed. */
  async kill(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of this.sockets) socket.destroy()
    await closed
  }

  /** Takes no more connections, and ends those that there are when nothing is under way on them. */
  async drain(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = once(server, 'close')
    server.close()
    server.closeIdleConnections()
    await closed
  }
}

/** The pods of one service: addresses of their own, one port. */
export interface Pods {
  readonly all: readonly Pod[]
  readonly port: number
  /** The addresses that a name server gives now. */
  addresses: readonly string[]
  /** How long it says that they hold. */
  ttlSeconds: number
  /** Name servers answer. */
  isNamed: boolean
  /** How often they were asked. */
  lookups: number
  close(): Promise<void>
}

/** Opens `count` pods on 127.0.0.1 and on. */
export async function openPods(count: number): Promise<Pods> {
  const all = Array.from({ length: count }, (_, at) => new Pod(`127.0.0.${at + 1}`))
  const [first, ...others] = all
  const port = (await first?.listen(0)) ?? 0
  for (const pod of others) await pod.listen(port)
  return {
    all,
    port,
    addresses: all.map(({ address }) => address),
    ttlSeconds: 30,
    isNamed: true,
    lookups: 0,
    close: async () => void (await Promise.all(all.map((pod) => pod.kill()))),
  }
}
