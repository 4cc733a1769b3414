import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** The service that the server under test calls. */
export interface Upstream {
  readonly url: string
  readonly close: () => void
}

const BODY = JSON.stringify({ id: 7, name: 'Ada', plan: 'team', active: true })
const ANSWER = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`
const END_OF_HEAD = '\r\n\r\n'

/** Opens a server that gives one answer to every GET, on sockets, so that it costs next to nothing. */
export async function openUpstream(): Promise<Upstream> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.setEncoding('latin1')
    let received = ''
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk: string) => {
      const parts = (received + chunk).split(END_OF_HEAD)
      received = parts.pop() ?? ''
      if (parts.length > 0) socket.write(ANSWER.repeat(parts.length))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/users/7`,
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
