import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'

/** A server that answers each request with bytes as they are; must be closed. */
export interface RawServer {
  readonly url: string
  /** Every request so far: its head, and what came of its body with it. */
  readonly requests: string[]
  close(): Promise<void>
}

/** Opens a server that calls `answer` with each connection whose request's head has come. */
export async function openRawServer(answer: (socket: Socket) => void): Promise<RawServer> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk) => {
      requests.push(chunk.toString('latin1'))
      answer(socket)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Spells a reply with a body of the given type. */
export function reply(
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  const bytes = Buffer.from(body)
  const all = {
    'content-type': 'application/json',
    'content-length': String(bytes.length),
    ...headers,
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${head.join('')}\r\n`), bytes])
}
