import type { Duplex } from 'node:stream'

/** A close frame with status 1001, "going away". Source: RFC 6455 §5.5.1, §7.4.1. */
const GOING_AWAY = Buffer.from([0x88, 0x02, 0x03, 0xe9])

/**
 * Tells a WebSocket's client that the server goes away, so that it reconnects elsewhere. A control
 * frame may stand between any two frames, and each frame is one write, so the app's own frames stay
 * whole. Must only be called for sockets that were upgraded to WebSocket.
 */
export function sayGoingAway(socket: Duplex): void {
  if (socket.writable && !socket.destroyed) socket.write(GOING_AWAY)
}
