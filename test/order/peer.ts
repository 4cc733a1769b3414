import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A service that the app calls. */
export interface Peer {
  readonly url: string
  /** The headers of every request so far. */
  readonly received: readonly IncomingHttpHeaders[]
  close(): Promise<void>
}

/** Opens a service on a free port of 127.0.0.1 that answers every request with `body` as JSON. */
export async function openPeer(body: unknown): Promise<Peer> {
  const received: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    received.push(request.headers)
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
