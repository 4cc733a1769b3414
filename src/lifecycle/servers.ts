import type { IncomingMessage } from 'node:http'
import type { Http2Session } from 'node:http2'
import type { Server } from 'node:net'
import type { Duplex } from 'node:stream'
import { sayGoingAway } from './websocket-close.ts'

/** node:http's and node:https's servers can tell their idle connections from their busy ones. */
interface HttpServer extends Server {
  closeIdleConnections(): void
  closeAllConnections(): void
}

/** One listening server, with what it will not close by itself. */
interface Tracked {
  readonly server: Server
  readonly sessions: Set<Http2Session>
  /** Sockets handed over to another protocol, with its name; node:http forgets them. */
  readonly upgraded: Map<Duplex, string>
}

const tracked = new Map<Server, Tracked>()

/** Remembers a server that listens, until it is closed; what it serves is drained at shutdown. */
export function trackServer(server: Server): void {
  if (tracked.has(server)) return
  const entry: Tracked = { server, sessions: new Set(), upgraded: new Map() }
  tracked.set(server, entry)
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
 * Stops listening everywhere, closes what is idle and tells long-lived connections to go; resolves
 * when the last connection has ended. Busy connections are left to end.
 */
export async function closeServers(): Promise<void> {
  await Promise.all([...tracked.values()].map(closeServer))
}

/** Closes every connection of every server, busy or not. */
export function closeConnections(): void {
  for (const { server, sessions, upgraded } of tracked.values()) {
    for (const session of sessions) session.destroy()
    for (const socket of upgraded.keys()) socket.destroy()
    if (isHttp(server)) server.closeAllConnections()
  }
}

const IDLE_POLL_MS = 50

async function closeServer({ server, sessions, upgraded }: Tracked): Promise<void> {
  const closed = Promise.withResolvers<void>()
  // A connection whose reply had its headers out before the shutdown began becomes idle later.
  const poll = setInterval(() => isHttp(server) && server.closeIdleConnections(), IDLE_POLL_MS)
  server.once('close', closed.resolve)
  // An error means that the app has closed it already.
  server.close((error) => error !== undefined && closed.resolve())
  for (const session of sessions) session.close()
  for (const [socket, protocol] of upgraded) if (protocol === 'websocket') sayGoingAway(socket)
  await closed.promise
  clearInterval(poll)
}

function isHttp(server: Server): server is HttpServer {
  return 'closeAllConnections' in server
}
