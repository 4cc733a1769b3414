import { addDelivered, type Delivered, NOTHING } from './delivered.ts'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** One delivery, as it came over the wire. */
export interface Delivery {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** A collector, a Sentry and a Datadog agent in one, for one program. */
export interface Sink {
  /** Address of the collector and of the agent. */
  readonly url: string
  readonly dsn: string
  /** Decodes what has come since it was last asked, and gives what has come in all. */
  readonly count: () => Delivered
  readonly close: () => void
}

/** What each backend answers; an SDK that gets something else tries again, or complains. */
const ANSWERS: readonly (readonly [path: RegExp, type: string, body: string])[] = [
  [/^\/v1\/(?:traces|metrics|logs)$/, 'application/x-protobuf', ''],
  [/^\/api\/\d+\/envelope\//, 'application/json', '{}'],
  [/^\/v0\.\d\/traces$/, 'application/json', '{"rate_by_service":{}}'],
]

/** Opens a sink on a free port; the caller closes it. It decodes only when asked, so that it costs little during a round. */
export async function openSink(): Promise<Sink> {
  const deliveries: Delivery[] = []
  let delivered = NOTHING
  const server = createServer((request, response) => {
    void receive(request, response, deliveries).catch(() => response.destroy())
  })
  // A server that stood still would find its connection closed.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `http://${address}`,
    dsn: `http://0123456789abcdef0123456789abcdef@${address}/1`,
    count: () => (delivered = addDelivered(delivered, deliveries.splice(0))),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  deliveries: Delivery[],
): Promise<void> {
  const path = request.url ?? ''
  const body = await buffer(request)
  const answer = ANSWERS.find(([pattern]) => pattern.test(path))
  if (answer === undefined) return void response.writeHead(404).end()
  deliveries.push({ path, headers: request.headers, body })
  response.writeHead(200, { 'content-type': answer[1] }).end(answer[2])
}
