import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A client that says what it likes, byte by byte. */
export interface Wire {
  /** All that came so far. */
  readonly received: string
  /** Resolves when what came contains `text`; rejects when the connection closes before. */
  until(text: string): Promise<string>
  /** Resolves with all that came, when the other side has closed. */
  readonly closed: Promise<string>
  write(bytes: string | Uint8Array): void
  readonly socket: Socket
}

/** Connects to a port of this machine. The caller destroys the socket where the other side may not close. */
export async function openWire(port: number): Promise<Wire> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.setEncoding('latin1').on('data', (text: string) => (received += text))
  socket.on('error', () => undefined)
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(received)))
  await once(socket, 'connect')
  return {
    socket,
    closed,
    get received() {
      return received
    },
    until: async (text) => {
      while (!received.includes(text)) {
        if (socket.destroyed)
          throw new Error(`closed before ${JSON.stringify(text)}: ${JSON.stringify(received)}`)
        await Promise.race([once(socket, 'data'), closed])
      }
      return received
    },
    write: (bytes) => void socket.write(bytes),
  }
}

/** The text of a GET over a connection that is kept. */
export function toGet(path: string, headers = ''): string {
  return `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`
}
