import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A keep-alive connection that carries one request at a time. */
export interface Connection {
  readonly send: () => void
  readonly close: () => void
}

/** What a connection repeats, and who is told of each answer. */
export interface Exchange {
  readonly port: number
  readonly path: string
  /** Further request headers, as they stand on the wire. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly onAnswer: (status: string) => void
  readonly onError: (error: unknown) => void
}

/**
 * Connects and resolves. Written on a socket, so that the load costs less than the server it
 * measures. Every answer must have a Content-Length.
 */
export async function openConnection(exchange: Exchange): Promise<Connection> {
  const { port, onAnswer, onError } = exchange
  const request = toRequest(exchange)
  const socket: Socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.setNoDelay(true)
  socket.setEncoding('latin1')
  let received = ''
  socket.on('error', onError)
  socket.on('end', () => onError(new Error('the server closed the connection')))
  socket.on('data', (chunk: string) => {
    received += chunk
    const length = answerLength(received, socket)
    if (length === undefined || received.length < length) return
    const status = received.slice(9, 12)
    received = ''
    onAnswer(status)
  })
  return { send: () => socket.write(request), close: () => socket.destroy() }
}

function toRequest({ port, path, headers }: Exchange): Buffer {
  const lines = Object.entries({ host: `127.0.0.1:${port}`, ...headers })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${head}\r\n`)
}

function answerLength(received: string, socket: Socket): number | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, end + 2))?.[1]
  if (length === undefined)
    socket.destroy(new Error(`an answer has no Content-Length: ${received.slice(0, end)}`))
  return end + 4 + Number(length)
}
