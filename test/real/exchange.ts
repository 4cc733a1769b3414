import { once } from 'node:events'
import { connect } from 'node:net'

/**
 * Connects to a port of 127.0.0.1, says `greeting` (nothing, for servers that speak first) and
 * resolves with the first bytes that come back. Rejects when refused, ended or silent for 1 s.
 */
export async function exchangeBytes(port: number, greeting?: Uint8Array): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    if (greeting !== undefined) socket.write(greeting)
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(1_000) })) as [
      Buffer,
    ]
    return answer
  } finally {
    socket.destroy()
  }
}
