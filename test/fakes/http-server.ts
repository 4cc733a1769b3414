import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that listens on 127.0.0.1. */
export interface HttpServer {
  /** `127.0.0.1:…`. */
  readonly host: string
  readonly url: string
  readonly close: () => Promise<void>
}

/** Opens a server on a free port; the caller closes it, and with it all connections. */
export async function openHttpServer(listener: RequestListener): Promise<HttpServer> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    url: `http://${host}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
