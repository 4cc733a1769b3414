import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** Connects to a port of loopback to the end of the running test. */
export async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** Sends bytes over a connection of its own and resolves with all that comes back until the server closes it. */
export async function exchange(port: number, sent: string): Promise<string> {
  const socket = await openSocket(port)
  socket.write(sent)
  return text(socket)
}

/** Resolves with what a connection received once it holds `part`. */
export async function readUntil(socket: Socket, part: string): Promise<string> {
  let received = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    received += String(chunk)
    if (received.includes(part)) return received
  }
  throw new Error(`the server closed the connection after ${JSON.stringify(received)}`)
}
