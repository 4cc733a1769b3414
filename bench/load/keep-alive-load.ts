import { connect, type Socket } from 'node:net'

/** A closed loop of one request over some connections. */
export interface Load {
  readonly port: number
  readonly path: string
  readonly connections: number
  readonly requests: number
  /** Further request headers, as they stand on the wire. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What a load saw. */
export interface LoadResult {
  readonly answers: number
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>
  /** Latency of each answer, milliseconds, in no order. */
  readonly latenciesMs: Float64Array
  readonly wallMs: number
}

/**
 * Sends `requests` requests over keep-alive connections, each connection one at a time, and resolves
 * when all are answered. Written on sockets, so that the load costs less than the server it measures.
 * Every answer must have a Content-Length.
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const headers = Object.entries({ host: `127.0.0.1:${load.port}`, ...load.headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  const request = Buffer.from(`GET ${load.path} HTTP/1.1\r\n${headers.join('')}\r\n`)
  const state: LoadState = { left: load.requests, statuses: {}, latenciesMs: new Float64Array(load.requests), answers: 0 }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: load.connections }, () => runConnection(load.port, request, state)))
  return { answers: state.answers, statuses: state.statuses, latenciesMs: state.latenciesMs, wallMs: performance.now() - startedAt }
}

interface LoadState {
  left: number
  answers: number
  readonly statuses: Record<string, number>
  readonly latenciesMs: Float64Array
}

function runConnection(port: number, request: Buffer, state: LoadState): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    let sentAt = 0
    let received = ''
    const send = (): void => {
      if (state.left <= 0) {
        socket.end(resolve)
        return
      }
      state.left -= 1
      sentAt = performance.now()
      socket.write(request)
    }
    socket.setEncoding('latin1')
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('data', (chunk: string) => {
      received += chunk
      const length = answerLength(received)
      if (length === undefined || received.length < length) return
      const status = received.slice(9, 12)
      received = ''
      state.statuses[status] = (state.statuses[status] ?? 0) + 1
      state.latenciesMs[state.answers++] = performance.now() - sentAt
      send()
    })
  })
}

function answerLength(received: string): number | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, end + 2))?.[1]
  if (length === undefined) throw new Error(`an answer has no Content-Length: ${received.slice(0, end)}`)
  return end + 4 + Number(length)
}
