import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Snapshot } from '../../../src/convention/snapshot.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { type MockReply, toMockReply } from '../../plan/client/mock-reply.ts'

/** The most bytes of a request that a mock reads. */
const BODY_MAX_BYTES = 104_857_600

/** A mock that serves; whoever opened it closes it. */
export interface Mock {
  readonly url: string
  close(): Promise<void>
}

/** How a mock serves. */
export interface MockOptions {
  /** 0 for any that is free. */
  readonly port: number
  readonly onReply: (
    request: { readonly method: string; readonly target: string },
    reply: MockReply,
  ) => void
}

/** Serves examples of a snapshot on the loopback. Rejects with SERVICEX_USAGE when the port is taken. */
export async function openMock(snapshot: Snapshot, { port, onReply }: MockOptions): Promise<Mock> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    await drain(request)
    const { method = 'GET', url: target = '/' } = request
    const error = request.headers['x-mock-error']
    const reply = toMockReply(snapshot, {
      method,
      target,
      error: typeof error === 'string' ? error : undefined,
    })
    onReply({ method, target }, reply)
    response.writeHead(reply.status, reply.headers).end(reply.body)
  }
  const server = createServer((request, response) => void answer(request, response))
  await listen(server, port)
  const { port: opened } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${opened}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** A client that is still sending reads no reply. */
async function drain(request: IncomingMessage): Promise<void> {
  let bytes = 0
  try {
    for await (const chunk of request) {
      bytes += (chunk as Buffer).length
      if (bytes > BODY_MAX_BYTES) return
    }
  } catch {
    // It left.
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new ServicexError('SERVICEX_USAGE', {
      summary: `port ${port} cannot be opened: ${(cause as NodeJS.ErrnoException).code}`,
      fix: 'give another --port, or none for any that is free',
      cause,
    })
  }
}
