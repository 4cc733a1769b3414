import { Server as HttpServer } from 'node:http'
import type { Server } from 'node:net'

/** A server that can tell its idle and its busy connections apart. */
interface ConnectionClosing {
  closeIdleConnections(): void
  closeAllConnections(): void
}

const listening = new Set<Server>()

/** Remembers a server that listens, until it is closed; what it serves is drained at shutdown. */
export function trackServer(server: Server): void {
  if (listening.has(server)) return
  listening.add(server)
  server.once('close', () => listening.delete(server))
}

/** Gives every server that listens now. */
export function trackedServers(): readonly Server[] {
  return [...listening]
}

/** Stops listening and closes idle connections; resolves when the last connection has ended. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.once('close', resolve)
    server.close(() => resolve())
    if (canClose(server)) server.closeIdleConnections()
  })
}

/** Closes every connection of a server, idle or not. */
export function closeConnections(server: Server): void {
  if (canClose(server)) server.closeAllConnections()
}

function canClose(server: Server): server is Server & ConnectionClosing {
  return server instanceof HttpServer || 'closeAllConnections' in server
}
