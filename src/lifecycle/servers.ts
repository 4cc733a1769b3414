import type { IncomingMessage } from 'node:http'
import type { Http2Session } from 'node:http2'
import type { Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { sayGoingAway } from './websocket-close.ts'

/** Servers of HTTP/1 can tell their idle connections from their busy ones. */
interface HttpServer extends Server {
  closeIdleConnections(): void
}

/** One listening server, with what it will not close by itself. */
interface Tracked {
  readonly server: Server
  readonly sessions: Set<Http2Session>
  /** Connections, with when they were made. A TLS connection is here twice: as it came, and decrypted. */
  readonly connections: Map<Socket, number>
  /** Sockets handed over to another protocol, with its name; node:http forgets them. */
  readonly upgraded: Map<Duplex, string>
}

const tracked = new Map<Server, Tracked>()

/** Remembers a server that listens, until it is closed; what it serves is drained at shutdown. */
export function trackServer(server: Server): void {
  if (tracked.has(server)) return
  const entry: Tracked = {
    server,
    sessions: new Set(),
    connections: new Map(),
    upgraded: new Map(),
  }
  const onConnection = (socket: Socket): void => {
    entry.connections.set(socket, performance.now())
    socket.once('close', () => entry.connections.delete(socket))
  }
  tracked.set(server, entry)
  server.on('connection', onConnection)
  server.on('secureConnection', onConnection)
  server.on('session', (session: Http2Session) => {
    entry.sessions.add(session)
    session.once('close', () => entry.sessions.delete(session))
  })
  server.once('close', () => tracked.delete(server))
}

/** Remembers a socket that a server hands over to another protocol. */
export function trackUpgrade(server: Server, request: IncomingMessage, socket: Duplex): void {
  const upgraded = tracked.get(server)?.upgraded
  upgraded?.set(socket, (request.headers.upgrade ?? '').toLowerCase())
  socket.once('close', () => upgraded?.delete(socket))
}

/**
 * Tells http2 clients to send what is new over other connections: what `Connection: close` is to
 * http1. What they have sent, and what is on its way, is still served. Source: RFC 9113 §6.8.
 */
export function announceGoaway(): void {
  for (const { sessions } of tracked.values()) for (const session of sessions) sayGoaway(session)
}

/**
 * Stops listening everywhere, closes what is idle and tells long-lived connections to go; resolves
 * when the last connection has ended. Busy connections are left to end.
 */
export async function closeServers(): Promise<void> {
  await Promise.all([...tracked.values()].map(closeServer))
}

/** Closes every connection of every server, busy or not. */
export function closeConnections(): void {
  for (const { sessions, connections, upgraded } of tracked.values()) {
    for (const session of sessions) session.destroy()
    for (const socket of upgraded.keys()) socket.destroy()
    for (const socket of connections.keys()) socket.destroy()
  }
}

const IDLE_POLL_MS = 50

/** How long a client that has heard of the end may still send, on its way. */
const GOAWAY_NOTICE_MS = 100

/** The highest stream id there is: nothing of what the client sends is refused. */
const ALL_STREAMS = 2 ** 31 - 1

function sayGoaway(session: Http2Session): void {
  if (!session.closed && !session.destroyed) session.goaway(0, ALL_STREAMS)
}

async function closeServer(entry: Tracked): Promise<void> {
  const { server, sessions, upgraded } = entry
  const closed = Promise.withResolvers<void>()
  server.once('close', closed.resolve)
  if (sessions.size > 0) {
    for (const session of sessions) sayGoaway(session)
    await delay(GOAWAY_NOTICE_MS)
  }
  // A connection whose reply had its headers out before the shutdown began becomes idle later.
  const poll = setInterval(() => closeIdle(entry), IDLE_POLL_MS)
  // An error means that the app has closed it already.
  server.close((error) => error !== undefined && closed.resolve())
  for (const session of sessions) session.close()
  for (const [socket, protocol] of upgraded) if (protocol === 'websocket') sayGoingAway(socket)
  await closed.promise
  clearInterval(poll)
  // A server is closed before its last connections say so to the app, which may act on it.
  do await nextTurn()
  while (entry.connections.size > 0)
}

/** How long a new connection may take to send its first byte before it counts as idle. */
const SILENT_MS = 1000

/** node:http spares connections that have never sent anything, which balancers and browsers keep in stock. */
function closeIdle({ server, connections }: Tracked): void {
  if (isHttp(server)) server.closeIdleConnections()
  const latest = performance.now() - SILENT_MS
  for (const [socket, madeAtMs] of connections)
    if (socket.bytesRead === 0 && madeAtMs < latest) socket.destroy()
}

function isHttp(server: Server): server is HttpServer {
  return 'closeIdleConnections' in server
}
